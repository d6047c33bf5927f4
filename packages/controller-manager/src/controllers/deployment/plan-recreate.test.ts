import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '@coxswain/api';
import { aDeployment, aPod, aReplicaSet, aTemplate, type PodFixture } from '../../testing/fixtures.ts';
import { planRecreate } from './plan-recreate.ts';
import { groupReplicaSets } from './replica-sets.ts';

const podOf = (version: string, more: PodFixture = {}): Pod =>
  aPod({ owner: { kind: 'ReplicaSet', name: `web-${version}`, uid: `web-${version}-uid` }, ...more });

/** Sizes by version; `new` is of the Deployment's template. */
const rows: [rule: string, sizes: Record<string, number>, pods: Pod[], step: string | Record<string, number>][] = [
  ['old pods are all killed before new ones come', { a: 3 }, [podOf('a')], { a: 0 }],
  ['those of every old ReplicaSet', { a: 3, b: 1, new: 0 }, [], { a: 0, b: 0 }],
  ['the new one waits while an old pod runs', { a: 0, new: 0 }, [podOf('a')], 'wait'],
  ['it is not made before either', { a: 0 }, [podOf('a')], 'wait'],
  ['a pod that terminates still runs', { a: 0 }, [podOf('a', { deleting: true })], 'wait'],
  ['one on a node that is not heard of may run', { a: 0 }, [podOf('a', { phase: 'Unknown' })], 'wait'],
  ['one that does not run yet may', { a: 0 }, [podOf('a', { phase: 'Pending' })], 'wait'],
  ['one that failed does not', { a: 0 }, [podOf('a', { phase: 'Failed' })], 'createNew'],
  ['one that succeeded does not', { a: 0, new: 0 }, [podOf('a', { phase: 'Succeeded' })], { new: 3 }],
  ['a ReplicaSet that is gone counts by its pods', { new: 0 }, [podOf('gone')], 'wait'],
  ['a pod without a controller is not its own', { a: 0 }, [aPod()], 'createNew'],
  ['the first rollout creates at once', {}, [], 'createNew'],
  ['then the new one gets all replicas at once', { a: 0, new: 0 }, [], { new: 3 }],
  ['its own pods hold nothing back', { a: 0, new: 1 }, [podOf('new')], { new: 3 }],
  ['a complete rollout has nothing to do', { a: 0, new: 3 }, [podOf('new')], {}],
];

for (const [rule, sizes, pods, expected] of rows)
  test(`Recreate: ${rule}`, () => {
    const deployment = aDeployment({ template: aTemplate('new'), strategy: { type: 'Recreate' } });
    const sets = Object.entries(sizes).map(([version, replicas], i) =>
      aReplicaSet(deployment, version, { replicas, revision: i + 1 }),
    );
    const step = planRecreate(deployment, groupReplicaSets(deployment, sets), pods);
    const scales = step.kind === 'scale' ? step.scales : [];
    const found = scales.map(({ replicaSet, to }) => [replicaSet.metadata.name.replace('web-', ''), to]);
    assert.deepEqual(step.kind === 'scale' ? Object.fromEntries(found) : step.kind, expected);
  });
