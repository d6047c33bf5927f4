import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aNode, startControllers } from '../../testing/index.ts';
import { nextBoundary } from './ttl-controller.ts';

for (const [nodes, before, after] of [
  [1, 0, 0],
  [100, 0, 0],
  [101, 0, 1],
  [95, 1, 1],
  [89, 1, 0],
  [5000, 0, 4],
  [10, 4, 0],
] as const)
  test(`${nodes} nodes, from step ${before}`, () => assert.equal(nextBoundary(nodes, before), after));

test('nodes are annotated', async (t) => {
  const client = new FakeApiClient();
  client.add(nodeKind, aNode('a'));
  const controllers = startControllers(client, ['ttl']);
  t.after(() => controllers.stop());
  const value = () => client.object(nodeKind, 'a')?.metadata.annotations?.['node.alpha.kubernetes.io/ttl'];
  await eventually(() => assert.equal(value(), '0'));
});
