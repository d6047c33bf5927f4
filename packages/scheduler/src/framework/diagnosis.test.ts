import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Diagnosis, fitMessage, type NodeRejection } from './diagnosis.ts';
import { type Rejection, unresolvable, unschedulable } from './status.ts';

function rejected(...statuses: Rejection[]): NodeRejection[] {
  return statuses.map((status, i) => ({ nodeName: `n${i}`, plugin: 'P', status }));
}

const cases: readonly [string, Diagnosis, string][] = [
  [
    'counted and sorted as text',
    {
      allNodes: 13,
      nodes: rejected(
        unresolvable('node(s) were unschedulable'),
        ...Array.from({ length: 12 }, () => unschedulable('Insufficient cpu', 'Insufficient memory')),
      ),
    },
    '0/13 nodes are available: 1 node(s) were unschedulable, 12 Insufficient cpu, 12 Insufficient memory. ' +
      'preemption: not eligible due to preemptionPolicy=Never.',
  ],
  [
    'rejected before any node was looked at',
    {
      allNodes: 2,
      nodes: [],
      others: { plugin: 'P', status: unresolvable('pod affinity terms conflict') },
      preFilterMessage: 'pod affinity terms conflict',
    },
    '0/2 nodes are available: pod affinity terms conflict. ' +
      'preemption: not eligible due to preemptionPolicy=Never.',
  ],
  [
    'nodes that PreFilter left out',
    {
      allNodes: 3,
      nodes: rejected(unschedulable('Too many pods')),
      others: { plugin: 'NodeAffinity', status: unresolvable("node(s) didn't satisfy plugin(s) [NodeAffinity]") },
    },
    "0/3 nodes are available: 1 Too many pods, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. " +
      'preemption: not eligible due to preemptionPolicy=Never.',
  ],
];

for (const [name, diagnosis, want] of cases) {
  test(name, () => {
    const postFilterMessage = 'preemption: not eligible due to preemptionPolicy=Never.';
    assert.equal(fitMessage({ ...diagnosis, postFilterMessage }), want);
  });
}
