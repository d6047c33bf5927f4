import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pod, podKind } from '@coxswain/api';
import { silentLogger } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { FakeApiClient } from '../testing/index.ts';
import { createInformerFactory } from './create-informer-factory.ts';

function pod(name: string, node = ''): Pod {
  return { metadata: { name, namespace: 'a' }, spec: { containers: [], nodeName: node } };
}

function setUp() {
  const clock = new FakeClock();
  const client = new FakeApiClient({ clock });
  const factory = createInformerFactory(client, { log: silentLogger(), clock, random: () => 0 });
  const abort = new AbortController();
  const informer = factory.for(podKind, { indexes: { node: (object) => [object.spec.nodeName ?? ''] } });
  const seen: string[] = [];
  informer.addHandler({
    added: ({ metadata }, initial) => seen.push(`+${metadata.name}${initial ? '!' : ''}`),
    updated: ({ metadata }) => seen.push(`~${metadata.name}`),
    deleted: ({ metadata }) => seen.push(`-${metadata.name}`),
  });
  return { clock, client, factory, abort, informer, seen };
}

test('lists, follows, keeps indexes true', async () => {
  const { client, factory, abort, informer, seen } = setUp();
  client.add(podKind, pod('one', 'n1'), pod('two', 'n1'));
  factory.start(abort.signal);
  await factory.waitForSync(abort.signal);
  assert.deepEqual(seen, ['+one!', '+two!']);
  assert.equal(informer.lister.byIndex('node', 'n1').length, 2);
  client.change(podKind, 'a/one', (object) => {
    object.spec.nodeName = 'n2';
  });
  client.remove(podKind, 'a/two');
  await eventually(() => seen.length === 4);
  assert.deepEqual(seen.slice(2), ['~one', '-two']);
  assert.deepEqual(
    informer.lister.byIndex('node', 'n2').map(({ metadata }) => metadata.name),
    ['one'],
  );
  assert.equal(informer.lister.byIndex('node', 'n1').length, 0);
  abort.abort();
});

test('a late handler gets what is cached; a throwing handler harms nobody', async () => {
  const { client, factory, abort, informer, seen } = setUp();
  informer.addHandler({
    added: () => {
      throw new Error('bad handler');
    },
  });
  client.add(podKind, pod('one'));
  factory.start(abort.signal);
  await factory.waitForSync(abort.signal);
  const late: string[] = [];
  const remove = informer.addHandler({ added: ({ metadata }) => late.push(metadata.name) });
  assert.deepEqual(late, ['one']);
  remove();
  client.add(podKind, pod('two'));
  await eventually(() => seen.includes('+two'));
  assert.deepEqual(late, ['one']);
  abort.abort();
});

test('a broken watch resumes where it was, without listing again', async () => {
  const { client, clock, factory, abort, seen } = setUp();
  factory.start(abort.signal);
  await factory.waitForSync(abort.signal);
  await eventually(() => client.store.watching === 1);
  client.store.endWatches(new Error('connection lost'));
  client.add(podKind, pod('one'));
  await eventually(async () => {
    await clock.advance(1000);
    return seen.length === 1;
  });
  assert.equal(client.actions.filter(({ verb }) => verb === 'list').length, 1);
  abort.abort();
});

test('410 lists again and tells what vanished meanwhile', async () => {
  const { client, clock, factory, abort, seen } = setUp();
  client.add(podKind, pod('one'), pod('two'));
  factory.start(abort.signal);
  await factory.waitForSync(abort.signal);
  await eventually(() => client.store.watching === 1);
  client.store.endWatches();
  client.remove(podKind, 'a/one');
  client.change(podKind, 'a/two', (object) => {
    object.spec.nodeName = 'n';
  });
  client.store.compact();
  client.add(podKind, pod('three'));
  await eventually(async () => {
    await clock.advance(1000);
    return seen.length === 5;
  });
  assert.deepEqual(seen.slice(2), ['~two', '+three', '-one']);
  abort.abort();
});

test('waits and tries again while the server is away for five minutes', async () => {
  const { client, clock, factory, abort, informer } = setUp();
  const heal = client.react('list', 'pods', () => {
    throw new Error('away');
  });
  factory.start(abort.signal);
  for (let i = 0; i < 40; i++) await clock.advance(1000);
  const tries = client.actions.length;
  assert.ok(tries >= 4 && tries <= 9, `${tries} tries in 40 s`);
  for (let i = 0; i < 260; i++) await clock.advance(1000);
  const later = client.actions.length - tries;
  assert.ok(later >= 16 && later <= 27, `${later} tries in the 260 s after`);
  heal();
  await clock.advance(15_001);
  await eventually(() => informer.synced);
  abort.abort();
});
