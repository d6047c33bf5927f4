import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCondition, isConditionTrue, removeCondition, setCondition } from './conditions.ts';
import { deepCopy } from './deep-copy.ts';
import { deepEqual } from './deep-equal.ts';
import { fnv32a, hashObject } from './hash-object.ts';
import { canonicalJson } from './json.ts';
import * as meta from './meta.ts';
import { canonicalMicroTime, canonicalTime, formatMicroTime, formatTime, parseTime } from './time.ts';

test('generated names', () => {
  assert.match(meta.generateName('web-'), /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  assert.equal(meta.generateName('a'.repeat(80)).length, 63);
  assert.equal(
    meta.generateName('web-', () => 'zzzzz'),
    'web-zzzzz',
  );
  assert.match(meta.newUid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.equal(meta.safeEncodeString('0123456789'), '456789bcdf');
});

test('keys and versions', () => {
  assert.equal(meta.objectKey({ metadata: { name: 'a', namespace: 'b' } }), 'b/a');
  assert.equal(meta.objectKey({ metadata: { name: 'a' } }), 'a');
  assert.deepEqual(meta.splitKey('b/a'), { namespace: 'b', name: 'a' });
  assert.deepEqual(meta.splitKey('a'), { namespace: '', name: 'a' });
  assert.deepEqual(meta.parseGroupVersion('apps/v1'), { group: 'apps', version: 'v1' });
  assert.deepEqual(meta.parseGroupVersion('v1'), { group: '', version: 'v1' });
});

test('owners', () => {
  const owner = { metadata: { name: 'rs', uid: '1' } };
  const reference = meta.controllerRef(owner, { group: 'apps', version: 'v1', kind: 'ReplicaSet' });
  assert.deepEqual(reference, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'rs',
    uid: '1',
    controller: true,
    blockOwnerDeletion: true,
  });
  const pod = { metadata: { ownerReferences: [{ ...reference, uid: '2', controller: false }, reference] } };
  assert.equal(meta.controllerOf(pod)?.uid, '1');
  assert.ok(meta.isControlledBy(pod, owner));
  assert.ok(meta.isOwnedBy(pod, { metadata: { uid: '2' } }));
  assert.ok(!meta.isControlledBy(pod, { metadata: { uid: '2' } }));
  assert.ok(!meta.isControlledBy({}, {}));
});

test('conditions', () => {
  const before = [
    { type: 'Ready', status: 'False', lastTransitionTime: 't0' },
    { type: 'Other', status: 'True', lastTransitionTime: 't0' },
  ];
  const same = setCondition(before, { type: 'Ready', status: 'False', lastTransitionTime: 't1' });
  assert.equal(same[0]?.lastTransitionTime, 't0');
  const flipped = setCondition(before, { type: 'Ready', status: 'True', lastTransitionTime: 't1' });
  assert.equal(flipped[0]?.lastTransitionTime, 't1');
  assert.ok(isConditionTrue(flipped, 'Ready') && !isConditionTrue(before, 'Ready'));
  assert.equal(setCondition(undefined, before[0] as (typeof before)[0]).length, 1);
  assert.equal(findCondition(before, 'None'), undefined);
  assert.equal(removeCondition(before, 'Ready').length, 1);
});

test('times', () => {
  const ms = Date.UTC(2026, 0, 1);
  assert.equal(formatTime(ms + 999), '2026-01-01T00:00:00Z');
  assert.equal(formatMicroTime(ms + 1.5), '2026-01-01T00:00:00.001500Z');
  assert.equal(parseTime('2026-01-01T00:00:00Z'), ms);
  const rows: [string, string | undefined, string | undefined][] = [
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000000Z'],
    ['2026-01-01T02:30:00.123456789+02:30', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123456Z'],
    ['2025-12-31T23:00:00-01:00', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000000Z'],
    ['2026-02-29T00:00:00Z', undefined, undefined],
    ['2026-01-01', undefined, undefined],
    ['2026-01-01T24:00:00Z', undefined, undefined],
    ['x', undefined, undefined],
  ];
  for (const [text, time, micro] of rows) {
    assert.equal(canonicalTime(text), time, text);
    assert.equal(canonicalMicroTime(text), micro, text);
  }
});

test('copies share nothing', () => {
  const original = { a: [{ b: 1 }, null], c: undefined, d: 'x' };
  const copy = deepCopy(original);
  assert.deepEqual(copy, { a: [{ b: 1 }, null], d: 'x' });
  (copy.a[0] as { b: number }).b = 2;
  assert.equal((original.a[0] as { b: number }).b, 1);
  const hostile = deepCopy(JSON.parse('{"__proto__":{"polluted":true},"a":1}'));
  assert.equal(hostile.polluted, undefined);
});

test('equality looks at what is said', () => {
  const rows: [unknown, unknown, boolean][] = [
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: undefined }, { b: undefined }, true],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, {}, false],
    ['1', 1, false],
    [{ toString: 1 }, {}, false],
  ];
  for (const [a, b, equal] of rows) {
    assert.equal(deepEqual(a, b), equal);
    assert.equal(deepEqual(b, a), equal);
  }
});

test('hashes are stable', () => {
  assert.equal(fnv32a(''), 0x811c9dc5);
  assert.equal(fnv32a('a'), 0xe40c292c);
  assert.equal(hashObject({ a: 1, b: [2] }), hashObject({ b: [2], a: 1 }));
  assert.notEqual(hashObject({ a: 1 }), hashObject({ a: 1 }, 0));
  assert.match(hashObject({ a: 1 }), /^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  assert.equal(canonicalJson({ b: [undefined], a: undefined, c: 'x' }), '{"b":[null],"c":"x"}');
});
