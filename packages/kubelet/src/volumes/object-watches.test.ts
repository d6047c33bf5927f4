import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMapKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { ObjectWatches } from './object-watches.ts';

function setUp(maxWatches: number) {
  const client = new FakeApiClient();
  for (const name of ['one', 'two'])
    client.add(configMapKind, { metadata: { name, namespace: 'a' }, data: { key: 'old' } });
  const stop = new AbortController();
  const clock = new FakeClock();
  const options = { client, clock, log: silentLogger(), maxWatches, pollMs: 60_000, random: () => 0 };
  const requests = (verb: string) => client.actions.filter((action) => action.verb === verb).length;
  const change = (name: string) =>
    client.change(configMapKind, `a/${name}`, (object) => {
      object.data = { key: 'new' };
    });
  return { client, clock, stop, requests, change, watches: new ObjectWatches(options, stop.signal) };
}

test('holders of one object share its watch, which ends with the last of them', async () => {
  const { watches, requests, change, stop, client } = setUp(10);
  const told: string[] = [];
  const first = watches.hold(configMapKind, 'a', 'one', () => told.push('first'));
  const second = watches.hold(configMapKind, 'a', 'one', () => told.push('second'));
  assert.equal((await first.get())?.data?.['key'], 'old');
  assert.equal((await second.get())?.data?.['key'], 'old');
  await eventually(() => assert.equal(requests('watch'), 1));
  change('one');
  await eventually(() => assert.deepEqual(told, ['first', 'second']));
  assert.equal((await second.get())?.data?.['key'], 'new');

  first.release();
  first.release();
  assert.deepEqual(watches.counts, { watched: 1, polled: 0 });
  client.remove(configMapKind, 'a/one');
  await eventually(() => assert.deepEqual(told, ['first', 'second', 'second']));
  assert.equal(await second.get(), undefined);
  second.release();
  assert.deepEqual(watches.counts, { watched: 0, polled: 0 });
  stop.abort();
});

test('objects beyond the bound are asked for now and then, and at once for a new holder', async () => {
  const { watches, requests, change, clock, stop } = setUp(1);
  const told: string[] = [];
  watches.hold(configMapKind, 'a', 'one', () => {});
  const polled = watches.hold(configMapKind, 'a', 'two', () => told.push('two'));
  assert.deepEqual(watches.counts, { watched: 1, polled: 1 });
  assert.deepEqual(
    (await Promise.all([polled.get(), polled.get()])).map((object) => object?.data?.['key']),
    ['old', 'old'],
  );
  assert.equal(requests('get'), 1, 'two that ask at once share the answer');

  change('two');
  assert.equal((await polled.get())?.data?.['key'], 'old');
  const late = watches.hold(configMapKind, 'a', 'two', () => {});
  assert.equal((await late.get())?.data?.['key'], 'new');
  assert.deepEqual(told, ['two']);

  await clock.advance(60_000);
  await eventually(() => assert.equal(requests('get'), 3));
  assert.deepEqual(told, ['two'], 'nothing changed since');
  polled.release();
  late.release();
  assert.equal(clock.sleeping, 0);
  stop.abort();
});
