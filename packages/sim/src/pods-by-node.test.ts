import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pod, podKind } from '@coxswain/api';
import { createInformer } from '@coxswain/client';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { PodsByNode } from './pods-by-node.ts';

function pod(name: string, nodeName: string): Pod {
  return { metadata: { name, namespace: 'a' }, spec: { nodeName, containers: [] } };
}

test('each node sees its pods and no others, also when it asks late', async () => {
  const client = new FakeApiClient();
  client.add(podKind, pod('one', 'n1'), pod('two', 'n2'));
  const stop = new AbortController();
  const all = createInformer(client, podKind, {}, { log: silentLogger() });
  const byNode = new PodsByNode(all);
  const running = all.run(stop.signal);
  const seen: string[] = [];
  byNode.for('n1').addHandler({
    added: ({ metadata }, initial) => seen.push(`+${metadata.name}${initial ? ' initial' : ''}`),
    updated: ({ metadata }) => seen.push(`~${metadata.name}`),
    deleted: ({ metadata }) => seen.push(`-${metadata.name}`),
  });
  await byNode.for('n1').waitForSync(stop.signal);
  client.add(podKind, pod('three', 'n1'), pod('four', 'n2'));
  client.change(podKind, 'a/one', ({ metadata }) => {
    metadata.labels = { x: 'y' };
  });
  client.remove(podKind, 'a/three');
  await eventually(() => assert.deepEqual(seen, ['+one initial', '+three', '~one', '-three']));

  const names = (node: string) =>
    byNode
      .for(node)
      .lister.list()
      .map(({ metadata }) => metadata.name);
  assert.deepEqual(names('n1'), ['one']);
  assert.deepEqual(names('n2'), ['two', 'four']);
  assert.equal(byNode.for('n1').lister.get('a/two'), undefined);
  stop.abort();
  await running;
});
