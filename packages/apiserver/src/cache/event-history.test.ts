import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CacheEvent } from './cache-event.ts';
import { CachedEntry } from './cached-entry.ts';
import { EventHistory } from './event-history.ts';

function event(revision: number, size = 1): CacheEvent {
  const entry = new CachedEntry({ key: 'a', revision, bytes: Buffer.alloc(size), labels: {}, fields: {} });
  return new CacheEvent({ revision, entry, previous: undefined, tombstone: (last) => last });
}
const after = (history: EventHistory, revision: number) => history.after(revision)?.map((e) => e.revision);

it('knows the events after every revision from its floor on', () => {
  const history = new EventHistory({ events: 3, bytes: 1000 });
  history.reset(10);
  assert.deepEqual([after(history, 9), after(history, 10), after(history, 99)], [undefined, [], []]);
  for (const revision of [12, 15, 15, 20]) history.push(event(revision));
  assert.equal(history.floor, 12);
  assert.deepEqual(
    [11, 12, 14, 15, 19, 20].map((revision) => after(history, revision)),
    [undefined, [15, 15, 20], [15, 15, 20], [20], [20], []],
  );
  history.reset(30);
  assert.deepEqual([after(history, 29), after(history, 30)], [undefined, []]);
});

it('holds so many bytes at most, but always a hundred events', () => {
  const history = new EventHistory({ events: 10_000, bytes: 50_000 });
  for (let i = 1; i <= 5000; i++) history.push(event(i, 100));
  assert.equal(history.size, 500);
  for (let i = 5001; i <= 5500; i++) history.push(event(i, 1000));
  assert.equal(history.size, 100);
  assert.equal(after(history, history.floor)?.length, 100);
});
