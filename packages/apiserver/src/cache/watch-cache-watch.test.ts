import assert from 'node:assert/strict';
import { it } from 'node:test';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { startCaches } from '../testing/running-caches.ts';
import { configMaps, putConfigMap, removeConfigMap } from '../testing/sample-objects.ts';
import { WatchLog } from '../testing/watch-log.ts';
import { joinFrames } from './join-frames.ts';
import { jsonWatchEncoding } from './json-watch-encoding.ts';
import type { CacheEntry, CacheWatchOptions } from './resource-cache.ts';
import type { WatchCachesOptions } from './watch-caches.ts';

const { signal } = new AbortController();
const encoding = jsonWatchEncoding(configMaps);

async function open(options: Partial<WatchCachesOptions> = {}) {
  const storage = new MemoryStorage();
  await putConfigMap(storage, { name: 'a', labels: { app: 'x' } });
  const running = await startCaches(storage, options);
  const watch = (more: Partial<CacheWatchOptions>) =>
    new WatchLog(running.configMaps.watch({ start: 'now', signal, ...more }));
  return { storage, running, watch, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

it('initial, now and after start where they say', async () => {
  await using test = await open();
  const start = test.running.configMaps.revision;
  await putConfigMap(test.storage, { name: 'b' });
  await test.running.consistent();
  const logs = [
    test.watch({ start: 'initial' }),
    test.watch({ start: 'now' }),
    test.watch({ start: { after: start } }),
  ];
  await removeConfigMap(test.storage, 'a');
  await eventually(() => logs.every(({ lines }) => lines.at(-1) === 'DELETED a'));
  assert.deepEqual(
    logs.map(({ lines }) => lines),
    [['ADDED a', 'ADDED b', 'DELETED a'], ['DELETED a'], ['ADDED b', 'DELETED a']],
  );
});

it('a deletion shows the last state with the revision of the deletion', async () => {
  await using test = await open();
  const log = test.watch({});
  const revision = await removeConfigMap(test.storage, 'a');
  await eventually(() => log.events.length === 1);
  const entry = log.events[0]?.entry as CacheEntry;
  assert.equal(entry.revision, revision);
  assert.deepEqual(JSON.parse(String(log.events[0]?.frame(encoding))), {
    type: 'DELETED',
    object: {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(revision), name: 'a', namespace: 'default', uid: 'a', labels: { app: 'x' } },
      data: {},
    },
  });
});

it('an object that starts to match is ADDED, one that stops is DELETED as it was', async () => {
  await using test = await open();
  const log = test.watch({ start: 'initial', predicate: ({ labels }) => labels['app'] === 'x' });
  const put = (app: string) => putConfigMap(test.storage, { name: 'a', labels: { app } });
  await put('x');
  const left = await put('y');
  await put('y');
  await put('x');
  await putConfigMap(test.storage, { name: 'other' });
  await removeConfigMap(test.storage, 'a');
  await eventually(() => log.lines.length === 5);
  assert.deepEqual(log.lines, ['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED a', 'DELETED a']);
  assert.equal(log.events[2]?.entry?.labels['app'], 'x');
  assert.equal(log.events[2]?.entry?.object.metadata.resourceVersion, String(left));
});

it('namespace and name narrow a watch', async () => {
  await using test = await open();
  const one = test.watch({ namespace: 'default', name: 'b' });
  const all = test.watch({ name: 'b' });
  await putConfigMap(test.storage, { name: 'c' });
  await putConfigMap(test.storage, { namespace: 'other', name: 'b' });
  await putConfigMap(test.storage, { name: 'b' });
  await eventually(() => one.lines.length === 1 && all.lines.length === 2);
  assert.equal(one.events[0]?.entry?.namespace, 'default');
});

it('watchers share events, frames and joined batches', async () => {
  await using test = await open();
  const logs = [test.watch({}), test.watch({}), test.watch({ predicate: () => true })];
  for (const name of ['b', 'c', 'd']) await putConfigMap(test.storage, { name });
  await eventually(() => logs.every(({ events }) => events.length === 3));
  const [first, ...others] = logs as [WatchLog, ...WatchLog[]];
  for (const other of others) {
    assert.equal(other.events[1], first.events[1]);
    assert.equal(other.events[1]?.frame(encoding), first.events[1]?.frame(encoding));
    assert.equal(joinFrames(other.events, encoding), joinFrames(first.events, encoding));
  }
  const lines = joinFrames(first.events, encoding).toString().trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).object.metadata.name),
    ['b', 'c', 'd'],
  );
});

it('a streaming list ends its initial events with an annotated bookmark', async () => {
  await using test = await open();
  const log = test.watch({ start: 'initial', initialEventsEnd: true, bookmarks: true });
  await eventually(() => log.events.length === 2);
  assert.deepEqual(JSON.parse(String(log.events[1]?.frame(encoding))), {
    type: 'BOOKMARK',
    object: {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: {
        resourceVersion: String(test.running.configMaps.revision),
        creationTimestamp: null,
        annotations: { 'k8s.io/initial-events-end': 'true' },
      },
    },
  });
});

it('bookmarks carry the revision of the whole store, and time ends a watch', async () => {
  const clock = new FakeClock();
  await using test = await open({ clock, random: () => 1 });
  const log = test.watch({ bookmarks: true, timeoutMs: 90_000 });
  const { revision } = (await test.storage.create('/elsewhere', Buffer.from('x'))) as { revision: number };
  await eventually(() => test.running.configMaps.revision === revision);
  await clock.advance(60_000);
  await eventually(() => log.events.length === 1);
  assert.equal(log.events[0]?.revision, revision);
  await clock.advance(28_000);
  await eventually(() => log.events.length === 2);
  await clock.advance(2_000);
  await eventually(() => log.ended);
  assert.deepEqual(log.lines, ['BOOKMARK', 'BOOKMARK']);
});

it('a start before the history is expired', async () => {
  await using test = await open({ history: { events: 2 } });
  const start = test.running.configMaps.revision;
  for (const name of ['b', 'c', 'd']) await putConfigMap(test.storage, { name });
  await test.running.consistent();
  assert.deepEqual(test.running.configMaps.watch({ start: { after: start }, signal }), {
    outcome: 'expired',
    message: `too old resource version: ${start} (${start + 1})`,
  });
  const log = test.watch({ start: { after: start + 1 } });
  await eventually(() => log.lines.length === 2);
});

it('a start in the future shows only what comes after it', async () => {
  await using test = await open();
  const log = test.watch({ start: { after: test.running.configMaps.revision + 1 } });
  await putConfigMap(test.storage, { name: 'b' });
  await putConfigMap(test.storage, { name: 'c' });
  await eventually(() => log.lines.length === 1);
  assert.deepEqual(log.lines, ['ADDED c']);
});

it('a watcher that does not read is ended; the others go on', async () => {
  await using test = await open({ watcherLimit: 3 });
  const result = test.running.configMaps.watch({ start: 'now', signal });
  assert.equal(result.outcome, 'watching');
  const log = test.watch({});
  for (const name of ['b', 'c', 'd', 'e', 'f']) {
    await putConfigMap(test.storage, { name });
    await eventually(() => log.lines.at(-1) === `ADDED ${name}`);
  }
  const late: unknown[] = [];
  if (result.outcome === 'watching') for await (const batch of result.watch) late.push(...batch);
  assert.deepEqual(late, []);
  assert.equal(log.ended, false);
});

it('an aborted watch ends, and so do all when the caches stop', async () => {
  const test = await open();
  const controller = new AbortController();
  const mine = test.watch({ signal: controller.signal });
  const other = test.watch({});
  controller.abort();
  await eventually(() => mine.ended);
  assert.equal(other.ended, false);
  await test[Symbol.asyncDispose]();
  await eventually(() => other.ended);
  assert.throws(() => test.running.configMaps.list({}), /not filled/);
});

it('a large initial state comes in several batches', async () => {
  const storage = new MemoryStorage();
  for (let i = 0; i < 1200; i++) await putConfigMap(storage, { name: `c${i}` });
  await using running = await startCaches(storage);
  const log = new WatchLog(running.configMaps.watch({ start: 'initial', signal }));
  await eventually(() => log.events.length === 1200);
  assert.deepEqual(
    log.batches.map(({ length }) => length),
    [500, 500, 200],
  );
});
