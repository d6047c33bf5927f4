import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feasibleNodesToFind } from './feasible-nodes.ts';

for (const [nodes, percentage, want] of [
  [10, 0, 10],
  [99, 10, 99],
  [100, 0, 100],
  [1000, 0, 420],
  [5000, 0, 500],
  [10_000, 0, 500],
  [1000, 30, 300],
  [200, 10, 100],
  [1000, 100, 1000],
] as const) {
  test(`${nodes} nodes at ${percentage} %: ${want}`, () => assert.equal(feasibleNodesToFind(nodes, percentage), want));
}
