import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from './json.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch, createMergePatch, createThreeWayJsonMergePatch } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

test('JSON patches', () => {
  const document = { a: { b: [1, 2, 3] }, 'x/y': 1, 'm~n': 2 };
  const rows: [Json, Json][] = [
    [[{ op: 'add', path: '/a/c', value: 1 }], { a: { b: [1, 2, 3], c: 1 }, 'x/y': 1, 'm~n': 2 }],
    [[{ op: 'add', path: '/a/b/-', value: 4 }], { a: { b: [1, 2, 3, 4] }, 'x/y': 1, 'm~n': 2 }],
    [[{ op: 'add', path: '/a/b/0', value: 0 }], { a: { b: [0, 1, 2, 3] }, 'x/y': 1, 'm~n': 2 }],
    [[{ op: 'remove', path: '/a/b/-1' }], { a: { b: [1, 2] }, 'x/y': 1, 'm~n': 2 }],
    [[{ op: 'remove', path: '/x~1y' }], { a: { b: [1, 2, 3] }, 'm~n': 2 }],
    [[{ op: 'replace', path: '/m~0n', value: null }], { a: { b: [1, 2, 3] }, 'x/y': 1, 'm~n': null }],
    [[{ op: 'move', from: '/a/b', path: '/b' }], { a: {}, b: [1, 2, 3], 'x/y': 1, 'm~n': 2 }],
    [[{ op: 'copy', from: '/x~1y', path: '/a/c' }], { a: { b: [1, 2, 3], c: 1 }, 'x/y': 1, 'm~n': 2 }],
    [[{ op: 'test', path: '/a/b', value: [1, 2, 3] }], document],
    [[{ op: 'test', path: '/none', value: null }], document],
    [[{ op: 'replace', path: '', value: { z: 1 } }], { z: 1 }],
  ];
  for (const [patch, expected] of rows)
    assert.deepEqual(applyJsonPatch(document, patch), expected, JSON.stringify(patch));
  assert.deepEqual(document, { a: { b: [1, 2, 3] }, 'x/y': 1, 'm~n': 2 });
});

test('JSON patches that fail answer as upstream does', () => {
  const cannot = 'the server rejected our request due to an error in our request';
  const rows: [unknown, number, string][] = [
    [[{ op: 'test', path: '/a', value: 2 }], 422, cannot],
    [[{ op: 'remove', path: '/none' }], 422, cannot],
    [[{ op: 'replace', path: '/none', value: 1 }], 422, cannot],
    [[{ op: 'add', path: '/none/x', value: 1 }], 422, cannot],
    [[{ op: 'add', path: '/l/7', value: 1 }], 422, cannot],
    [[{ op: 'add', path: '/l/01', value: 1 }], 422, cannot],
    [[{ op: 'what', path: '/a' }], 422, cannot],
    [[{ op: 'move', from: '/l', path: '/l/0' }], 422, cannot],
    [[{ op: 'add', path: '/toString/x', value: 1 }], 422, cannot],
    [{ op: 'add' }, 400, 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
    [
      Array(10_001).fill({ op: 'test', path: '/a', value: 1 }),
      413,
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    ],
  ];
  for (const [patch, code, message] of rows)
    assert.throws(() => applyJsonPatch({ a: 1, l: [] }, patch), { name: 'StatusError', code, message });
  const doubling = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/l', path: '/l/-' }));
  assert.throws(() => applyJsonPatch({ l: ['xxxxxxxxxx'] }, doubling), { code: 422 });
});

test('merge patches', () => {
  const rows: [Json, Json, Json][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 1 }, { a: null }, { b: 1 }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [['a'], { a: 1 }, { a: 1 }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  ];
  for (const [target, patch, expected] of rows) assert.deepEqual(applyMergePatch(target, patch), expected);
  const hostile = applyMergePatch({}, JSON.parse('{"__proto__":{"polluted":1},"a":1}')) as JsonObject;
  assert.deepEqual(hostile, { a: 1 });
  assert.equal(Object.getPrototypeOf(hostile), Object.prototype);
});

test('merge patches are computed', () => {
  const before = { a: 1, b: { c: 1, d: 2 }, l: [1] };
  const after = { a: 1, b: { c: 3 }, l: [2], n: 'x' };
  const patch = createMergePatch(before, after);
  assert.deepEqual(patch, { b: { c: 3, d: null }, l: [2], n: 'x' });
  assert.deepEqual(applyMergePatch(before, patch), after);
  assert.deepEqual(createMergePatch(before, before), {});
  assert.deepEqual(createThreeWayJsonMergePatch({ a: 1, b: 2 }, { a: 1 }, { a: 5, b: 2, c: 3 }), { a: 1, b: null });
});

test('documents nested too deep are refused', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`) as JsonObject;
  const refusal = { name: 'StatusError', code: 400, message: 'exceeded max depth' };
  assert.throws(() => applyMergePatch({}, deep), refusal);
  assert.throws(() => applyJsonPatch({}, [{ op: 'add', path: '/a', value: deep }]), refusal);
  assert.throws(() => applyStrategicMergePatch(deep, deep, { field: () => undefined }), refusal);
});
