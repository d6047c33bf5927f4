import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListSplitter } from './split-list.ts';

function split(text: string, size: number): { items: unknown[]; rest: unknown } {
  const items: unknown[] = [];
  const splitter = new ListSplitter((bytes) => items.push(JSON.parse(bytes.toString())));
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) splitter.push(bytes.subarray(i, i + size));
  return { items, rest: JSON.parse(splitter.end().toString()) };
}

const item = (name: string) => ({ metadata: { name, note: 'a "quoted\\" } ] { [ Ünï' }, items: [{ items: [] }] });
const cases: [name: string, list: Record<string, unknown>][] = [
  ['items last', { kind: 'List', metadata: { resourceVersion: '7' }, items: [item('a'), item('b')] }],
  ['items first', { items: [item('a')], metadata: { continue: '}]"\\' } }],
  ['none', { metadata: {}, items: [] }],
  ['null', { items: null, metadata: { items: [1] } }],
  ['no list at all', { kind: 'Status', details: { items: [{}] } }],
  ['a longer name', { itemsOfOld: [{ a: 1 }], items: [{ b: 1 }] }],
];
for (const [name, list] of cases)
  test(name, () => {
    const { items, ...rest } = list;
    const left = items === undefined ? rest : { ...rest, items: items && [] };
    for (const text of [JSON.stringify(list), JSON.stringify(list, null, 2)])
      for (const size of [1, 2, 7, 64, 4096]) {
        assert.deepEqual(split(text, size), { items: items ?? [], rest: left }, `chunks of ${size} bytes`);
      }
  });
