import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@coxswain/foundation/testing';
import { EtcdStorage } from '../storage/etcd/etcd-storage.ts';
import { storagePrefix } from '../storage/storage-path.ts';
import { EtcdServer } from '../testing/etcd-server.ts';
import { startCaches } from '../testing/running-caches.ts';
import { configMaps, putConfigMap, removeConfigMap } from '../testing/sample-objects.ts';
import { WatchLog } from '../testing/watch-log.ts';

const { signal } = new AbortController();
let server: EtcdServer;
before(async () => {
  server = await EtcdServer.start();
});
const opened: EtcdStorage[] = [];
after(() => {
  for (const storage of opened) storage.close();
  return server.remove();
});

function etcd(): EtcdStorage {
  const storage = new EtcdStorage({ servers: [server.url], timeoutMs: 3_000 });
  opened.push(storage);
  return storage;
}

/** What a reader of the log believes to be there, by the rules of an informer; fails on a repeated or lost event. */
function replay({ events }: WatchLog): Map<string, number> {
  const state = new Map<string, number>();
  // The initial events come in the order of keys, up to their bookmark.
  let last: number | undefined;
  for (const { type, entry, revision } of events) {
    if (!entry) {
      last = revision;
      continue;
    }
    if (last !== undefined) {
      assert.ok(revision >= last, `revision ${revision} after ${last}`);
      last = revision;
    }
    const known = state.has(entry.key);
    assert.equal(known, type !== 'ADDED', `${type} of ${entry.key}, which is ${known ? '' : 'not '}there`);
    if (type === 'DELETED') state.delete(entry.key);
    else state.set(entry.key, revision);
  }
  return state;
}

async function stored(storage: EtcdStorage): Promise<Map<string, number>> {
  const prefix = storagePrefix(configMaps);
  const page = await storage.list(prefix, { limit: 0 });
  assert.equal(page.outcome, 'page');
  return new Map(page.outcome === 'page' ? page.items.map((i) => [i.key.slice(prefix.length), i.revision]) : []);
}

it('watchers see every write through restarts of etcd', { timeout: 120_000 }, async () => {
  const storage = etcd();
  await using running = await startCaches(storage);
  const logs = [new WatchLog(running.configMaps.watch({ start: 'initial', initialEventsEnd: true, signal }))];
  const writing = new AbortController();
  const acknowledged = new Map<string, number>();
  const write = async (writer: number) => {
    for (let i = 0; !writing.signal.aborted; i++) {
      const name = `w${writer}-${i % 7}`;
      try {
        if (i % 5 === 4) {
          await removeConfigMap(storage, name);
          acknowledged.delete(name);
        } else acknowledged.set(name, await putConfigMap(storage, { name }));
      } catch {
        // The outcome is unknown: etcd is gone, or an earlier write of unknown outcome got in between.
        acknowledged.delete(name);
        await sleep(20);
      }
    }
  };
  const writers = [1, 2, 3].map(write);
  for (let round = 0; round < 3; round++) {
    await sleep(400);
    await server.down();
    logs.push(new WatchLog(running.configMaps.watch({ start: 'initial', initialEventsEnd: true, signal })));
    await sleep(300);
    await server.up();
  }
  await sleep(300);
  writing.abort();
  await Promise.all(writers);
  const revision = await eventually(() => running.caches.currentRevision());
  assert.equal((await running.configMaps.waitForRevision(revision, { timeoutMs: 20_000 })).outcome, 'reached');
  const expected = await stored(storage);
  assert.ok(acknowledged.size > 0 && logs.length === 4);
  for (const [name, at] of acknowledged) assert.ok((expected.get(`default/${name}`) ?? 0) >= at, name);
  for (const log of logs) {
    await eventually(() => assert.deepEqual(replay(log), expected));
    assert.equal(log.ended, false);
  }
});

it('a compaction during an outage is bridged by a new list', { timeout: 60_000 }, async () => {
  const storage = etcd();
  const other = etcd();
  await putConfigMap(storage, { name: 'gone' });
  await using running = await startCaches(storage);
  const log = new WatchLog(running.configMaps.watch({ start: 'initial', initialEventsEnd: true, signal }));
  await server.down();
  await sleep(4_000);
  await server.up();
  // The feed is in its back-off: if it loses the race the watch ends, and a new one must end up right.
  await eventually(() => removeConfigMap(other, 'gone'));
  for (let i = 0; i < 20; i++) await putConfigMap(other, { name: `new-${i}` });
  await other.compact(await other.currentRevision());
  await eventually(() => running.consistent());
  const expected = await stored(storage);
  const next = new WatchLog(running.configMaps.watch({ start: 'initial', initialEventsEnd: true, signal }));
  await eventually(() => assert.deepEqual(replay(log.ended ? next : log), expected));
});

it('a store that was replaced by an older one is read anew', { timeout: 60_000 }, async () => {
  const storage = etcd();
  await putConfigMap(storage, { name: 'old' });
  await using running = await startCaches(storage);
  const log = new WatchLog(running.configMaps.watch({ start: 'initial', initialEventsEnd: true, signal }));
  await server.down();
  server.wipe();
  await server.up();
  await eventually(() => log.ended);
  const other = etcd();
  await putConfigMap(other, { name: 'young' });
  await eventually(async () => assert.equal((await running.consistent()).size, 1));
  assert.equal(running.configMaps.get('default', 'young')?.name, 'young');
});

it('keeps up with thousands of objects', { timeout: 120_000 }, async () => {
  const storage = etcd();
  const namespace = 'many';
  const make = (i: number) => putConfigMap(storage, { namespace, name: `m${i}`, data: { text: 'x'.repeat(2000) } });
  for (let i = 0; i < 2000; i += 50) await Promise.all(Array.from({ length: 50 }, (_, j) => make(i + j)));
  await using running = await startCaches(storage);
  assert.equal(running.configMaps.list({ namespace, limit: 1 }).outcome, 'page');
  const logs = Array.from({ length: 50 }, () => {
    return new WatchLog(running.configMaps.watch({ start: 'initial', initialEventsEnd: true, namespace, signal }));
  });
  for (let i = 2000; i < 2500; i += 50) await Promise.all(Array.from({ length: 50 }, (_, j) => make(i + j)));
  await running.consistent();
  await eventually(() => logs.every((log) => replay(log).size === 2500));
});

it('a watch goes on over a restart of the caches', { timeout: 60_000 }, async () => {
  const storage = etcd();
  const start = await putConfigMap(storage, { name: 'before' });
  for (let i = 0; i < 10; i++) await putConfigMap(storage, { name: `later-${i}` });
  await removeConfigMap(storage, 'before');
  await using running = await startCaches(storage);
  const log = new WatchLog(running.configMaps.watch({ start: { after: start }, signal }));
  await eventually(() => log.lines.length === 11);
  assert.equal(log.lines.at(-1), 'DELETED before');
});
