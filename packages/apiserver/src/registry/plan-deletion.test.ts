import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMapKind, type Kind, type KubeObject, namespaceKind, podKind } from '@coxswain/api';
import { type DeletionOptions, deletionIsComplete, planDeletion } from './plan-deletion.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const pods = podKind as unknown as Kind;
const maps = configMapKind as unknown as Kind;
const namespaces = namespaceKind as unknown as Kind;

const pod = (spec: object, metadata: object = {}, status: object = {}) =>
  ({ metadata: { name: 'p', uid: 'u', resourceVersion: '5', generation: 1, ...metadata }, spec, status }) as KubeObject;
const map = (metadata: object = {}) => ({ metadata: { name: 'm', uid: 'u', ...metadata } }) as KubeObject;

const rows: readonly (readonly [
  name: string,
  kind: Kind,
  object: KubeObject,
  options: DeletionOptions,
  action: string,
  metadata?: object,
])[] = [
  ['a plain object', maps, map(), {}, 'remove'],
  ['a pod without node', pods, pod({}), {}, 'remove'],
  ['a finished pod', pods, pod({ nodeName: 'n' }, {}, { phase: 'Succeeded' }), {}, 'remove'],
  [
    'a running pod',
    pods,
    pod({ nodeName: 'n' }),
    {},
    'mark',
    { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30, generation: 2 },
  ],
  ['a running pod at once', pods, pod({ nodeName: 'n' }), { gracePeriodSeconds: 0 }, 'remove'],
  [
    'a running pod with a negative period',
    pods,
    pod({ nodeName: 'n' }),
    { gracePeriodSeconds: -5 },
    'mark',
    { deletionTimestamp: '2026-01-01T00:00:01Z', deletionGracePeriodSeconds: 1, generation: 2 },
  ],
  [
    'a pod that is on its way, again',
    pods,
    pod({ nodeName: 'n' }, { deletionTimestamp: '2026-01-01T00:00:10Z', deletionGracePeriodSeconds: 30 }),
    {},
    'keep',
  ],
  [
    'a pod that is on its way, sooner',
    pods,
    pod({ nodeName: 'n' }, { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 }),
    { gracePeriodSeconds: 10 },
    'mark',
    { deletionTimestamp: '2026-01-01T00:00:10Z', deletionGracePeriodSeconds: 10, generation: 2 },
  ],
  [
    'a pod that is on its way, by the kubelet',
    pods,
    pod({ nodeName: 'n' }, { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 }),
    { gracePeriodSeconds: 0 },
    'remove',
  ],
  [
    'an object with a finalizer',
    maps,
    map({ finalizers: ['a/b'] }),
    {},
    'mark',
    { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0, finalizers: ['a/b'] },
  ],
  [
    'orphaned dependents',
    maps,
    map(),
    { propagationPolicy: 'Orphan' },
    'mark',
    { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0, finalizers: ['orphan'] },
  ],
  [
    'foreground',
    maps,
    map({ finalizers: ['orphan'] }),
    { propagationPolicy: 'Foreground' },
    'mark',
    { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0, finalizers: ['foregroundDeletion'] },
  ],
  ['background', maps, map({ finalizers: ['orphan'] }), { propagationPolicy: 'Background' }, 'remove'],
];

for (const [name, kind, object, options, action, metadata] of rows)
  test(`deleting ${name}`, () => {
    const plan = planDeletion(kind, object, options, NOW);
    assert.equal(plan.action, action);
    if (plan.action !== 'mark') return;
    const { name: _, uid, resourceVersion, ...rest } = plan.object.metadata;
    assert.deepEqual(rest, metadata);
  });

test('a namespace waits for its content', () => {
  const object = { metadata: { name: 'n' }, spec: { finalizers: ['kubernetes'] } } as unknown as KubeObject;
  const plan = planDeletion(namespaces, object, {}, NOW);
  assert.equal(plan.action, 'mark');
  if (plan.action !== 'mark') return;
  assert.deepEqual((plan.object as { status?: unknown }).status, { phase: 'Terminating' });
  assert.equal(deletionIsComplete(namespaces, plan.object), false);
  assert.equal(deletionIsComplete(namespaces, { ...plan.object, spec: {} } as unknown as KubeObject), true);
});

test('preconditions are held', () => {
  const refuse = (preconditions: object) => () => planDeletion(maps, map(), { preconditions }, NOW);
  assert.throws(
    refuse({ uid: 'other' }),
    /the UID in the precondition \(other\) does not match the UID in record \(u\)/,
  );
  assert.throws(refuse({ resourceVersion: '9' }), /the ResourceVersion in the precondition \(9\)/);
  assert.equal(planDeletion(maps, map(), { preconditions: { uid: 'u' } }, NOW).action, 'remove');
});
