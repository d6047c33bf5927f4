import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aDeployment, aReplicaSet, aTemplate } from '../../testing/fixtures.ts';
import { replicasAnnotations } from './annotations.ts';
import { isScalingEvent, planProportionalScale } from './plan-proportional-scale.ts';
import { groupReplicaSets } from './replica-sets.ts';

interface Case {
  readonly desired: number;
  /** maxSurge; absent for Recreate. */
  readonly surge?: number;
  /** By version, oldest first; `new` is of the Deployment's template. */
  readonly sizes: Readonly<Record<string, number>>;
  /** What the ReplicaSets' annotations say of the size before. */
  readonly before?: readonly [desired: number, max: number];
  /** status.replicas of the Deployment. */
  readonly observed?: number;
}

function fixture({ desired, surge, sizes, before, observed }: Case) {
  const strategy =
    surge === undefined ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge } };
  const deployment = aDeployment({ replicas: desired, template: aTemplate('new'), strategy });
  const annotations = before ? replicasAnnotations(...before) : {};
  const sets = Object.entries(sizes).map(([version, replicas], i) =>
    aReplicaSet(deployment, version, { replicas, revision: i + 1, annotations }),
  );
  const status = observed === undefined ? {} : { status: { replicas: observed } };
  return { deployment: { ...deployment, ...status }, groups: groupReplicaSets(deployment, sets) };
}

/** 10 replicas with maxSurge 3 before the change. */
const ten = { surge: 3, before: [10, 13] } as const;
const rows: [rule: string, given: Case, sizes: Record<string, number>][] = [
  [
    'the example of the documentation: 10 to 15 adds 3 and 2',
    { ...ten, desired: 15, sizes: { a: 8, new: 5 } },
    { a: 11, new: 7 },
  ],
  ['shrinking is shared as well', { ...ten, desired: 5, sizes: { a: 8, new: 5 } }, { a: 5, new: 3 }],
  ['no more is added than the change', { ...ten, desired: 11, sizes: { a: 8, new: 5 } }, { a: 9, new: 5 }],
  [
    'what rounding leaves goes to the largest',
    { ...ten, desired: 11, sizes: { a: 6, b: 4, new: 3 } },
    { a: 7, b: 4, new: 3 },
  ],
  [
    'what rounding leaves is taken from the largest',
    { ...ten, desired: 9, sizes: { a: 6, b: 4, new: 3 } },
    { a: 5, b: 4, new: 3 },
  ],
  [
    'of two equal ones the newer grows first',
    { desired: 7, surge: 2, before: [6, 8], sizes: { a: 4, new: 4 } },
    { a: 4, new: 5 },
  ],
  [
    'of two equal ones the older shrinks first',
    { desired: 5, surge: 2, before: [6, 8], sizes: { a: 4, new: 4 } },
    { a: 3, new: 4 },
  ],
  ['one without pods gets none', { ...ten, desired: 15, sizes: { a: 8, b: 0, new: 5 } }, { a: 11, new: 7 }],
  ['to zero all shrink to zero', { ...ten, desired: 0, sizes: { a: 8, new: 5 } }, { a: 0, new: 0 }],
  ['without a change the sizes stay', { ...ten, desired: 10, sizes: { a: 8, new: 5 } }, { a: 8, new: 5 }],
  [
    'without the annotation status.replicas is the size before',
    { desired: 15, surge: 3, observed: 13, sizes: { a: 8, new: 5 } },
    { a: 11, new: 7 },
  ],
  [
    'with neither the largest takes the whole change',
    { desired: 3, surge: 1, sizes: { a: 6, new: 3 } },
    { a: 1, new: 3 },
  ],
  ['the only active one takes it all', { ...ten, desired: 4, sizes: { a: 10, new: 0 } }, { a: 4 }],
  ['it may be at its size already', { ...ten, desired: 10, sizes: { a: 10, new: 0 } }, {}],
  ['with none active the new one grows', { ...ten, desired: 3, sizes: { a: 0, new: 0 } }, { new: 3 }],
  ['or the newest, when there is no new one', { ...ten, desired: 3, sizes: { a: 0, b: 0 } }, { b: 3 }],
  ['a saturated new one ends the old', { ...ten, desired: 10, sizes: { a: 2, b: 1, new: 10 } }, { a: 0, b: 0 }],
  ['Recreate shares nothing', { desired: 15, before: [10, 10], sizes: { a: 8, new: 5 } }, {}],
];

for (const [rule, given, sizes] of rows)
  test(`proportional scaling: ${rule}`, () => {
    const { deployment, groups } = fixture(given);
    const plan = planProportionalScale(deployment, groups);
    const found = plan.map(({ replicaSet, to }) => [replicaSet.metadata.name.replace('web-', ''), to]);
    assert.deepEqual(Object.fromEntries(found), sizes);
  });

const events: [rule: string, given: Case, scaling: boolean][] = [
  ['another desired number than annotated', { ...ten, desired: 15, sizes: { a: 8, new: 5 } }, true],
  ['the annotated number is no event', { ...ten, desired: 10, sizes: { a: 8, new: 5 } }, false],
  ['one without pods does not tell', { ...ten, desired: 15, sizes: { a: 0 } }, false],
  ['nor one without the annotation', { surge: 3, desired: 15, sizes: { a: 8 } }, false],
];

for (const [rule, given, scaling] of events)
  test(`scaling event: ${rule}`, () => {
    const { deployment, groups } = fixture(given);
    assert.equal(isScalingEvent(deployment, groups), scaling);
  });
