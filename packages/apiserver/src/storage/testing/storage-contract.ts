import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import type { Storage, StorageEvent, StoredValue, WatchBatch } from '../storage.ts';

const bytes = (text: string) => Buffer.from(text);

function ok<T extends { outcome: string }, O extends T['outcome']>(result: T, outcome: O): Extract<T, { outcome: O }> {
  assert.equal(result.outcome, outcome);
  return result as Extract<T, { outcome: O }>;
}

/** What every `Storage` promises. `open` gives an empty one; it is closed here. */
export function storageContract(name: string, open: () => Promise<Storage>): void {
  describe(`storage contract: ${name}`, () => {
    let storage: Storage;
    let folder = '';
    let tests = 0;
    const key = (rest: string) => `${folder}${rest}`;
    const create = async (rest: string, text = rest) =>
      ok(await storage.create(key(rest), bytes(text)), 'created').revision;
    before(async () => {
      storage = await open();
    });
    after(() => storage.close());
    /** Each test works in a folder of its own. */
    const test = (title: string, body: (signal: AbortSignal) => Promise<void>) =>
      it(title, { timeout: 30_000 }, async () => {
        folder = `/registry/contract-${++tests}/`;
        const controller = new AbortController();
        try {
          await body(controller.signal);
        } finally {
          controller.abort();
        }
      });
    const collect = (prefix: string, from: number, signal: AbortSignal) => {
      const seen = { events: [] as StorageEvent[], revision: 0, outcome: '' };
      const done = (async () => {
        for await (const batch of storage.watch(prefix, from, signal) as AsyncIterable<WatchBatch>) {
          seen.outcome = batch.outcome;
          if (batch.outcome !== 'events') continue;
          seen.events.push(...batch.events);
          seen.revision = batch.revision;
        }
      })();
      return { seen, done };
    };

    test('create makes an absent key and refuses a present one with what it holds', async () => {
      const revision = await create('a', 'one');
      const again = ok(await storage.create(key('a'), bytes('two')), 'exists');
      assert.equal(again.current.value.toString(), 'one');
      assert.equal(again.current.revision, revision);
      assert.equal(again.current.key, key('a'));
    });

    test('get gives value and revision, or nothing', async () => {
      assert.equal(await storage.get(key('a')), undefined);
      const revision = await create('a', 'größer');
      const value = (await storage.get(key('a'))) as StoredValue;
      assert.deepEqual([value.key, value.value.toString(), value.revision], [key('a'), 'größer', revision]);
    });

    test('update needs the expected revision', async () => {
      assert.equal((await storage.update(key('a'), 7, bytes('x'))).outcome, 'not-found');
      const first = await create('a');
      const second = ok(await storage.update(key('a'), first, bytes('two')), 'updated').revision;
      assert.ok(second > first);
      const conflict = ok(await storage.update(key('a'), first, bytes('three')), 'conflict');
      assert.deepEqual([conflict.current.value.toString(), conflict.current.revision], ['two', second]);
    });

    test('delete needs the expected revision', async () => {
      assert.equal((await storage.delete(key('a'), 7)).outcome, 'not-found');
      const first = await create('a');
      assert.equal(ok(await storage.delete(key('a'), first + 1000), 'conflict').current.revision, first);
      assert.ok(ok(await storage.delete(key('a'), first), 'deleted').revision > first);
      assert.equal(await storage.get(key('a')), undefined);
    });

    test('a value of a mebibyte survives', async () => {
      const value = Buffer.alloc(1 << 20, 'x');
      ok(await storage.create(key('big'), value), 'created');
      assert.ok((await storage.get(key('big')))?.value.equals(value));
    });

    test('many large values are written and read at once', async () => {
      const value = Buffer.alloc(1 << 20, 'x');
      const writes = Array.from({ length: 24 }, (_, i) => storage.create(key(`large${i}`), value));
      for (const result of await Promise.all(writes)) ok(result, 'created');
      const pages = await Promise.all([1, 2, 3].map(() => storage.list(folder, { limit: 8 })));
      for (const page of pages) assert.deepEqual(ok(page, 'page').items.at(-1)?.value, value);
    });

    test('concurrent updates of one key: exactly one wins each round', async () => {
      const first = await create('a', '0');
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => storage.update(key('a'), first, bytes(String(i)))),
      );
      assert.equal(results.filter(({ outcome }) => outcome === 'updated').length, 1);
    });

    test('list pages in key order at one revision', async () => {
      const names = ['b/1', 'a/2', 'a-b/1', 'a/1', 'c'];
      for (const name of names) await create(name);
      const first = ok(await storage.list(folder, { limit: 2 }), 'page');
      assert.deepEqual(
        first.items.map((item) => item.key),
        [key('a-b/1'), key('a/1')],
      );
      assert.deepEqual([first.more, first.count], [true, 5]);
      await create('a/3');
      const last = first.items.at(-1) as StoredValue;
      const rest = ok(await storage.list(folder, { fromKey: `${last.key}\0`, revision: first.revision }), 'page');
      assert.deepEqual(
        rest.items.map((item) => item.key),
        [key('a/2'), key('b/1'), key('c')],
      );
      assert.deepEqual([rest.more, rest.count, rest.revision], [false, 3, first.revision]);
    });

    test('list at a future or compacted revision says so', async () => {
      const first = await create('a');
      const second = await create('b');
      assert.equal((await storage.list(folder, { revision: second + 100_000 })).outcome, 'future');
      await storage.compact(second);
      await storage.compact(second);
      assert.equal((await storage.list(folder, { revision: first })).outcome, 'compacted');
      assert.equal(ok(await storage.list(folder, { revision: second }), 'page').items.length, 2);
    });

    test('currentRevision is that of the last write', async () => {
      const revision = await create('a');
      assert.equal(await storage.currentRevision(), revision);
      await storage.ping();
    });

    test('watch brings past and coming events in order', async (signal) => {
      const first = await create('a', '1');
      const { seen } = collect(folder, first, signal);
      const second = ok(await storage.update(key('a'), first, bytes('2')), 'updated').revision;
      const third = ok(await storage.delete(key('a'), second), 'deleted').revision;
      await eventually(() => seen.events.length === 3);
      assert.deepEqual(
        seen.events.map(({ type, key: at, value, revision }) => [type, at, value?.toString(), revision]),
        [
          ['put', key('a'), '1', first],
          ['put', key('a'), '2', second],
          ['delete', key('a'), undefined, third],
        ],
      );
    });

    test('watch advances with writes elsewhere', async (signal) => {
      const start = await storage.currentRevision();
      const { seen } = collect(folder, start + 1, signal);
      const { revision } = ok(await storage.create(`/elsewhere/${folder}`, bytes('x')), 'created');
      await eventually(() => seen.revision >= revision);
      assert.equal(seen.events.length, 0);
    });

    test('watch from a compacted revision says so and ends', async (signal) => {
      const first = await create('a');
      const second = await create('b');
      await storage.compact(second);
      const { seen, done } = collect(folder, first, signal);
      await done;
      assert.equal(seen.outcome, 'compacted');
    });

    test('an aborted watch ends without an error', async () => {
      const controller = new AbortController();
      const { seen, done } = collect(folder, (await storage.currentRevision()) + 1, controller.signal);
      await create('a');
      await eventually(() => seen.events.length === 1);
      controller.abort();
      await done;
    });

    test('a watch aborted while it opens ends without an error', async () => {
      const controller = new AbortController();
      const { done } = collect(folder, (await storage.currentRevision()) + 1, controller.signal);
      controller.abort();
      await done;
    });

    test('a key with a time to live goes by itself, also after an update', async (signal) => {
      const start = await storage.currentRevision();
      const { seen } = collect(folder, start + 1, signal);
      const { revision } = ok(await storage.create(key('a'), bytes('x'), { timeToLive: 1 }), 'created');
      ok(await storage.update(key('a'), revision, bytes('y')), 'updated');
      await eventually(() => seen.events.some(({ type }) => type === 'delete'));
    });

    test('an aborted call rejects with the reason', async () => {
      const reason = new Error('enough');
      await assert.rejects(storage.get(key('a'), { signal: AbortSignal.abort(reason) }), reason);
    });
  });
}
