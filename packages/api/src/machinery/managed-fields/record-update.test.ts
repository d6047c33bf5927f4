import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compareObjects, emptyObject } from './compare-objects.ts';
import type { FieldSet } from './field-set.ts';
import { decodeEntries } from './manager-entry.ts';
import { MAX_UPDATE_MANAGERS } from './record-update.ts';
import { decode, nothing, ownedBy, Sample, type State, update } from './testing/sample-kind.ts';

type Json = Record<string, unknown>;

const created: readonly [what: string, object: Json, fields: FieldSet][] = [
  ['nothing but identity', { metadata: { name: 'a', uid: 'u' } }, {}],
  ['a scalar', { spec: { size: 1 } }, { 'f:spec': { 'f:size': {} } }],
  [
    'a map is owned with its keys',
    { metadata: { labels: { a: 'b', constructor: 'c' } } },
    { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {}, 'f:constructor': {} } } },
  ],
  [
    'a set',
    { metadata: { finalizers: ['x/"y"'] } },
    { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"x/\\"y\\""': {} } } },
  ],
  ['a pointer to a struct', { spec: { inner: { left: 'a' } } }, { 'f:spec': { 'f:inner': { '.': {}, 'f:left': {} } } }],
  ['an empty one', { spec: { inner: {} } }, { 'f:spec': { 'f:inner': {} } }],
  [
    'a struct that is always there',
    { spec: { filled: { left: 'a' } } },
    { 'f:spec': { 'f:filled': { 'f:left': {} } } },
  ],
  [
    'items by their key, with the default of a key that is left out',
    { spec: { items: [{ name: 'a', ports: [{ port: 80 }] }] } },
    {
      'f:spec': {
        'f:items': {
          '.': {},
          'k:{"name":"a"}': {
            '.': {},
            'f:name': {},
            'f:ports': { '.': {}, 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } },
          },
        },
      },
    },
  ],
  [
    'a list that is always written',
    { spec: { written: [{ name: 'a' }] } },
    { 'f:spec': { 'f:written': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } } },
  ],
  [
    'what is owned as a whole',
    { spec: { plain: ['a'], whole: { a: 'b' }, free: { a: { b: 1 } } } },
    { 'f:spec': { 'f:plain': {}, 'f:whole': {}, 'f:free': {} } },
  ],
];

suite('who creates owns', () => {
  for (const [what, object, fields] of created)
    test(what, () => {
      const difference = compareObjects(Sample, emptyObject(Sample), decode(object));
      assert.deepEqual(difference?.taken ?? {}, fields);
      assert.equal(difference?.removed, undefined);
    });
});

const at = (second: number) => ({ time: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z` });

suite('updates', () => {
  const first = update(nothing, 'a', { metadata: { labels: { x: '1', y: '2' } }, spec: { size: 1, text: 't' } });

  test('who changes a field takes it over, and its time is the newest', () => {
    const next = update(first, 'b', { metadata: { labels: { x: '9', y: '2' } }, spec: { size: 1, text: 't' } }, at(5));
    assert.deepEqual(ownedBy(next, 'b'), { 'f:metadata': { 'f:labels': { 'f:x': {} } } });
    assert.deepEqual(ownedBy(next, 'a'), {
      'f:metadata': { 'f:labels': { '.': {}, 'f:y': {} } },
      'f:spec': { 'f:size': {}, 'f:text': {} },
    });
    assert.deepEqual(
      next.entries.map(({ manager, time }) => [manager, time]),
      [
        ['a', '2026-01-01T00:00:00Z'],
        ['b', '2026-01-01T00:00:05Z'],
      ],
    );
  });
  test('what is removed belongs to nobody', () => {
    const next = update(first, 'b', { spec: { size: 1 } });
    assert.deepEqual(next.entries.length, 1);
    assert.deepEqual(ownedBy(next, 'a'), { 'f:spec': { 'f:size': {} } });
  });
  test('a manager with nothing left goes', () => {
    const next = update(first, 'b', { spec: { size: 2, text: 'u' } });
    assert.deepEqual(
      next.entries.map(({ manager }) => manager),
      ['b'],
    );
  });
  test('no change keeps the very entries', () => {
    assert.equal(update(first, 'b', structuredClone(first.object)).entries, first.entries);
  });
  test('subresources and versions are managers of their own', () => {
    const next = update(first, 'a', { ...first.object, spec: { size: 2, text: 't' } }, { subresource: 'scale' });
    assert.deepEqual(
      next.entries.map(({ manager, subresource }) => [manager, subresource]),
      [
        ['a', undefined],
        ['a', 'scale'],
      ],
    );
  });
  test('a version that is not served loses its entry', () => {
    const old = { ...first, entries: first.entries.map((entry) => ({ ...entry, apiVersion: 'v0' })) };
    assert.deepEqual(
      update(old, 'b', { spec: { size: 7 } }).entries.map(({ manager }) => manager),
      ['b'],
    );
  });
  test('the oldest of too many are put together', () => {
    let state: State = nothing;
    const labels: Record<string, string> = {};
    for (let i = 0; i < MAX_UPDATE_MANAGERS + 3; i++) {
      labels[`l${i}`] = '';
      state = update(state, `m${String(i).padStart(2, '0')}`, { metadata: { labels: { ...labels } } }, at(i));
    }
    assert.equal(state.entries.length, MAX_UPDATE_MANAGERS);
    assert.deepEqual(
      state.entries.slice(0, 2).map(({ manager, time }) => [manager, time]),
      [
        ['ancient-changes', at(3).time],
        ['m04', at(4).time],
      ],
    );
    assert.deepEqual(ownedBy(state, 'ancient-changes'), {
      'f:metadata': { 'f:labels': { '.': {}, 'f:l0': {}, 'f:l1': {}, 'f:l2': {}, 'f:l3': {} } },
    });
  });
});

suite('entries of clients', () => {
  const entry = { manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' };
  test('are read in one spelling', () => {
    const fieldsV1 = { 'f:a': { '.': {} }, 'f:l': { 'k:{"b": 1, "a":"x"}': {}, 'v: "s"': {}, 'i:3': {} } };
    assert.deepEqual(decodeEntries([{ ...entry, fieldsV1 }])?.[0]?.fieldsV1, {
      'f:a': {},
      'f:l': { 'k:{"a":"x","b":1}': {}, 'v:"s"': {}, 'i:3': {} },
    });
  });
  for (const [what, bad] of [
    ['no operation', { ...entry, operation: '' }],
    ['no version', { ...entry, apiVersion: '' }],
    ['another type of fields', { ...entry, fieldsType: 'FieldsV2' }],
    ['an unknown element', { ...entry, fieldsV1: { a: {} } }],
    ['a broken key', { ...entry, fieldsV1: { 'k:{': {} } }],
    ['fields that are no object', { ...entry, fieldsV1: { 'f:a': 1 } }],
  ] as const)
    test(`with ${what} are none`, () => assert.equal(decodeEntries([bad]), undefined));
});
