import assert from 'node:assert/strict';
import { it } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { startCaches } from '../testing/running-caches.ts';
import { putConfigMap, removeConfigMap } from '../testing/sample-objects.ts';
import { WatchLog } from '../testing/watch-log.ts';

const { signal } = new AbortController();

async function open() {
  const storage = new MemoryStorage();
  for (const name of ['a', 'b', 'c', 'd']) await putConfigMap(storage, { name });
  const running = await startCaches(storage);
  const log = new WatchLog(running.configMaps.watch({ start: 'now', signal }));
  return { storage, running, log, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

it('goes on after a broken watch without gap or repeat', async () => {
  await using test = await open();
  for (let i = 0; i < 5; i++) {
    await putConfigMap(test.storage, { name: 'a' });
    test.storage.breakWatches();
    await putConfigMap(test.storage, { name: 'b' });
  }
  await test.running.consistent();
  await eventually(() => test.log.events.length === 10);
  const revisions = test.log.events.map(({ revision }) => revision);
  assert.deepEqual(
    revisions,
    [...new Set(revisions)].sort((x, y) => x - y),
  );
});

it('after a compaction that it slept through, watches end and the past begins anew', async () => {
  await using test = await open();
  test.storage.disconnect();
  test.storage.connect();
  test.storage.breakWatches();
  // The feed backs off for at least 100 ms, so all of this passes it by.
  await putConfigMap(test.storage, { name: 'a', data: { x: '1' } });
  await putConfigMap(test.storage, { name: 'a', data: { x: '2' } });
  await removeConfigMap(test.storage, 'b');
  await removeConfigMap(test.storage, 'c');
  await putConfigMap(test.storage, { name: 'c', uid: 'another' });
  await putConfigMap(test.storage, { name: 'e' });
  await test.storage.compact(await test.storage.currentRevision());
  const cache = await test.running.consistent();
  await eventually(() => test.log.ended);
  assert.deepEqual(test.log.lines, []);
  const from = cache.watch({ start: { after: cache.revision - 1 }, signal });
  assert.equal(from.outcome, 'expired');
  const log = new WatchLog(cache.watch({ start: { after: cache.revision }, signal }));
  const result = cache.list({});
  assert.deepEqual(result.outcome === 'page' && result.entries.map(({ name }) => name), ['a', 'c', 'd', 'e']);
  await putConfigMap(test.storage, { name: 'f' });
  await eventually(() => log.lines.at(-1) === 'ADDED f');
});

it('reads from the cache go on while the store is gone; consistent ones fail', async () => {
  await using test = await open();
  test.storage.disconnect();
  assert.equal(test.running.configMaps.list({}).outcome, 'page');
  await assert.rejects(test.running.caches.currentRevision(), /disconnected/);
  test.storage.connect();
  await putConfigMap(test.storage, { name: 'e' });
  await test.running.consistent();
  await eventually(() => test.log.lines.at(-1) === 'ADDED e');
});

it('begins in the past as far as the store knows it', async () => {
  const storage = new MemoryStorage();
  for (let i = 0; i < 1500; i++) await putConfigMap(storage, { name: `c${i % 10}` });
  const current = await storage.currentRevision();
  {
    await using running = await startCaches(storage);
    assert.equal(running.configMaps.revision, current);
    const log = new WatchLog(running.configMaps.watch({ start: { after: current - 1000 }, signal }));
    await eventually(() => log.events.length === 1000);
    const older = running.configMaps.watch({ start: { after: current - 1001 }, signal });
    assert.equal(older.outcome, 'expired');
  }
  await storage.compact(current - 10);
  await using running = await startCaches(storage);
  assert.equal(running.configMaps.size, 10);
  assert.equal(running.configMaps.watch({ start: { after: current - 1 }, signal }).outcome, 'expired');
});
