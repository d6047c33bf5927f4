import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CachedEntry } from './cached-entry.ts';
import { SortedEntries } from './sorted-entries.ts';

const entry = (key: string, revision = 1) =>
  new CachedEntry({ key, revision, bytes: Buffer.alloc(0), labels: {}, fields: {} });

it('keeps entries in the order of their keys', () => {
  const entries = new SortedEntries();
  for (const key of ['b/1', 'a/2', 'a-b/1', 'a/1', 'a/10', 'c']) assert.equal(entries.set(entry(key)), undefined);
  assert.equal(entries.set(entry('a/2', 2))?.revision, 1);
  assert.deepEqual(
    entries.values().map(({ key }) => key),
    ['a-b/1', 'a/1', 'a/10', 'a/2', 'b/1', 'c'],
  );
  assert.deepEqual(entries.range('a/'), { start: 1, end: 4 });
  assert.deepEqual(entries.range('zzz/'), { start: 6, end: 6 });
  assert.deepEqual(entries.range(''), { start: 0, end: 6 });
  assert.equal(entries.delete('a/1')?.key, 'a/1');
  assert.equal(entries.delete('a/1'), undefined);
  assert.equal(entries.get('a/2')?.revision, 2);
  assert.equal(entries.size, 5);
});
