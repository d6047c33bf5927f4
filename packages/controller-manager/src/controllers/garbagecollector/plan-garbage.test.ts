import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GraphNode } from './owner-graph.ts';
import { type OwnerState, planGarbage } from './plan-garbage.ts';

const resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true, verbs: [] };
const rows: [owners: OwnerState[], finalizers: string[], hasDependents: boolean, expected: string][] = [
  [[], [], false, 'keep'],
  [['solid'], [], true, 'keep'],
  [['solid', 'absent'], [], false, 'setOwners o0'],
  [['waiting', 'solid'], [], false, 'setOwners o1'],
  [['absent'], [], true, 'delete Background'],
  [['absent', 'absent'], ['orphan'], true, 'delete Orphan'],
  [['absent'], ['foregroundDeletion'], true, 'delete Foreground'],
  [['waiting'], [], true, 'delete Foreground'],
  [['waiting', 'absent'], [], false, 'delete Background'],
];
for (const [owners, finalizers, hasDependents, expected] of rows) {
  test(`owners ${owners.join(', ') || 'none'}${finalizers.length > 0 ? ` with ${finalizers}` : ''}: ${expected}`, () => {
    const references = owners.map((_, i) => ({ apiVersion: 'v1', kind: 'Pod', name: `o${i}`, uid: `u${i}` }));
    const node: GraphNode = {
      uid: 'u',
      resource,
      namespace: 'n',
      name: 'x',
      owners: references,
      finalizers,
      deleting: false,
    };
    const plan = planGarbage({ node, owners, hasDependents, dependentIsWaiting: false });
    const more =
      plan.kind === 'delete'
        ? ` ${plan.policy}`
        : plan.kind === 'setOwners'
          ? ` ${plan.owners.map(({ name }) => name)}`
          : '';
    assert.equal(plan.kind + more, expected);
  });
}
