import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigMap, configMapKind } from '@coxswain/api';
import { createMetrics, silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { done, requeueAfter } from '../controller.ts';
import { createInformerFactory } from '../informer/create-informer-factory.ts';
import { FakeApiClient } from '../testing/index.ts';
import { runController } from './run-controller.ts';
import { source } from './source.ts';

function configMap(name: string): ConfigMap {
  return { metadata: { name, namespace: 'a' } };
}

test('reconciles what is there, what changes, what failed; stops with the signal', async () => {
  const client = new FakeApiClient();
  client.add(configMapKind, configMap('one'));
  const log = silentLogger();
  const factory = createInformerFactory(client, { log });
  const informer = factory.for(configMapKind);
  const abort = new AbortController();
  const seen: string[] = [];
  let failures = 2;
  const metrics = createMetrics({ defaults: false });
  const running = runController(
    {
      name: 'test',
      sources: [source(informer)],
      async reconcile(key) {
        seen.push(key);
        if (key === 'a/two' && failures-- > 0) throw new Error('not yet');
        return seen.length === 1 ? requeueAfter(1) : done;
      },
    },
    { workers: 2, log, metrics },
    abort.signal,
  );
  factory.start(abort.signal);
  await eventually(() => seen.length >= 2);
  assert.deepEqual(seen.slice(0, 2), ['a/one', 'a/one']);
  client.add(configMapKind, configMap('two'));
  await eventually(() => seen.filter((key) => key === 'a/two').length === 3);
  client.remove(configMapKind, 'a/one');
  await eventually(() => seen.at(-1) === 'a/one');
  const text = await metrics.metrics();
  assert.match(text, /workqueue_retries_total\{name="test"\} 2/);
  assert.match(text, /workqueue_depth\{name="test"\} 0/);
  abort.abort();
  await running;
});

test('never runs one key twice at once', async () => {
  const client = new FakeApiClient();
  const log = silentLogger();
  const factory = createInformerFactory(client, { log });
  const abort = new AbortController();
  let running = 0;
  let most = 0;
  let count = 0;
  const ended = runController(
    {
      name: 'serial',
      sources: [source(factory.for(configMapKind), () => ['same'])],
      async reconcile() {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        count++;
        return done;
      },
    },
    { workers: 4, log },
    abort.signal,
  );
  factory.start(abort.signal);
  for (let i = 0; i < 20; i++) client.add(configMapKind, configMap(`m${i}`));
  await eventually(() => count > 0 && running === 0);
  assert.equal(most, 1);
  abort.abort();
  await ended;
});
