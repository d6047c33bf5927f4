import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { startCaches } from '../testing/running-caches.ts';
import { putConfigMap, removeConfigMap } from '../testing/sample-objects.ts';
import type { CacheListQuery, CacheListResult, ResourceCache } from './resource-cache.ts';

type Page = Extract<CacheListResult, { outcome: 'page' }>;

function page(cache: ResourceCache, query: CacheListQuery): Page {
  const result = cache.list(query);
  assert.equal(result.outcome, 'page');
  return result as Page;
}
const keys = ({ entries }: Page) => entries.map(({ key }) => key);

async function filled() {
  const storage = new MemoryStorage();
  for (const [namespace, name] of [
    ['b', '1'],
    ['a', '2'],
    ['a-b', '1'],
    ['a', '1'],
    ['a', '3'],
  ] as const) {
    await putConfigMap(storage, { namespace, name, labels: { odd: String(Number(name) % 2) } });
  }
  return { storage, running: await startCaches(storage) };
}

it('get and list show what is stored, with its revision', async () => {
  const { storage, running } = await filled();
  await using _ = running;
  const revision = await putConfigMap(storage, { namespace: 'b', name: '2', data: { x: 'y' } });
  const cache = await running.consistent();
  const entry = cache.get('b', '2');
  assert.equal(entry?.revision, revision);
  assert.deepEqual(JSON.parse(String(entry?.bytes)).data, { x: 'y' });
  assert.equal(entry?.object.metadata.resourceVersion, String(revision));
  assert.equal(cache.get('b', '3'), undefined);
  assert.equal(cache.size, 6);
});

it('list narrows by namespace, name and predicate, in the order of keys', async () => {
  const { running } = await filled();
  await using _ = running;
  const cache = running.configMaps;
  const odd = { predicate: (entry: { labels: Readonly<Record<string, string>> }) => entry.labels['odd'] === '1' };
  for (const [query, expected] of [
    [{}, ['a-b/1', 'a/1', 'a/2', 'a/3', 'b/1']],
    [{ namespace: 'a' }, ['a/1', 'a/2', 'a/3']],
    [{ namespace: 'none' }, []],
    [{ name: '1' }, ['a-b/1', 'a/1', 'b/1']],
    [{ namespace: 'a', name: '1' }, ['a/1']],
    [{ namespace: 'a', name: '' }, []],
    [odd, ['a-b/1', 'a/1', 'a/3', 'b/1']],
    [{ namespace: 'a', ...odd }, ['a/1', 'a/3']],
  ] as const) {
    assert.deepEqual(keys(page(cache, query)), expected, JSON.stringify(query));
  }
});

it('pages show one moment, however the state goes on', async () => {
  const { storage, running } = await filled();
  await using _ = running;
  const first = page(running.configMaps, { limit: 2 });
  assert.deepEqual([keys(first), first.next, first.remaining], [['a-b/1', 'a/1'], 'a/1', 3]);
  await putConfigMap(storage, { namespace: 'a', name: '2', data: { changed: 'yes' } });
  await putConfigMap(storage, { namespace: 'a', name: '25' });
  await removeConfigMap(storage, '3', 'a');
  const cache = await running.consistent();
  const query = { limit: 2, after: first.next, atRevision: first.revision };
  const second = page(cache, query);
  assert.deepEqual([keys(second), second.remaining, second.revision], [['a/2', 'a/3'], 1, first.revision]);
  assert.ok((second.entries[0]?.revision ?? 0) <= first.revision);
  const third = page(cache, { ...query, after: second.next });
  assert.deepEqual([keys(third), third.next, third.remaining], [['b/1'], undefined, undefined]);
  assert.deepEqual(keys(page(cache, { namespace: 'a' })), ['a/1', 'a/2', 'a/25']);
});

it('with a predicate a page says whether more match, not how many', async () => {
  const { running } = await filled();
  await using _ = running;
  const predicate = (entry: { labels: Readonly<Record<string, string>> }) => entry.labels['odd'] === '0';
  const result = page(running.configMaps, { limit: 1, predicate });
  assert.deepEqual([keys(result), result.next, result.remaining], [['a/2'], undefined, undefined]);
});

it('a page of a moment before the history is expired', async () => {
  const { storage, running } = await filled();
  await using _ = running;
  assert.equal(running.configMaps.list({ atRevision: 2 }).outcome, 'expired');
  void storage;
});

it('waits for a revision, and says when it does not come', async () => {
  const { storage, running } = await filled();
  await using _ = running;
  const cache = running.configMaps;
  const waiting = cache.waitForRevision(cache.revision + 2);
  await putConfigMap(storage, { name: 'x' });
  await storage.create('/elsewhere', Buffer.from('x'));
  assert.equal((await waiting).outcome, 'reached');
  const { revision } = cache;
  assert.deepEqual(await cache.waitForRevision(revision + 1, { timeoutMs: 5 }), {
    outcome: 'too-new',
    current: revision,
  });
  await assert.rejects(cache.waitForRevision(revision + 1, { signal: AbortSignal.timeout(5) }));
});

it('an unreadable value is left out', async () => {
  const { storage, running } = await filled();
  await using _ = running;
  await storage.create('/registry/configmaps/a/broken', Buffer.from('{'));
  assert.equal((await running.consistent()).size, 5);
});
