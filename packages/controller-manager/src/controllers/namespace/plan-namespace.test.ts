import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Namespace, NamespaceCondition } from '@coxswain/api';
import { type ContentReport, planNamespace } from './plan-namespace.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const EARLIER = '2026-01-01T00:00:00Z';
const aNamespace = (conditions: NamespaceCondition[] = []): Namespace => ({
  metadata: { name: 'team', deletionTimestamp: EARLIER },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Terminating', conditions },
});
const empty: ContentReport = {
  discoveryFailures: [],
  errors: [],
  remaining: new Map(),
  finalizers: new Map(),
  estimateSeconds: 0,
};
const failing = (groupVersion: string) => ({ groupVersion, message: 'the server is currently unable' });

/** Conditions that are True, as `type: reason, message`. */
const rows: [rule: string, report: Partial<ContentReport>, finalize: boolean, bad: Record<string, string>][] = [
  ['an empty one goes', {}, true, {}],
  [
    'what is left is counted by resource',
    { remaining: new Map([['pods.', 2]]) },
    false,
    { NamespaceContentRemaining: 'SomeResourcesRemain, Some resources are remaining: pods. has 2 resource instances' },
  ],
  [
    'the finalizers that hold it are counted, in order',
    {
      remaining: new Map([['widgets.example.com', 3]]),
      finalizers: new Map([
        ['example.com/z', 1],
        ['example.com/a', 2],
      ]),
    },
    false,
    {
      NamespaceContentRemaining:
        'SomeResourcesRemain, Some resources are remaining: widgets.example.com has 3 resource instances',
      NamespaceFinalizersRemaining:
        'SomeFinalizersRemain, Some content in the namespace has finalizers remaining: ' +
        'example.com/a in 2 resource instances, example.com/z in 1 resource instances',
    },
  ],
  [
    'a group that cannot be discovered may hide content',
    { discoveryFailures: [failing('metrics.k8s.io/v1beta1'), failing('a.example.com/v1')] },
    false,
    {
      NamespaceDeletionDiscoveryFailure:
        'DiscoveryFailed, Discovery failed for some groups, 2 failing: unable to retrieve the complete list of ' +
        'server APIs: a.example.com/v1: the server is currently unable, ' +
        'metrics.k8s.io/v1beta1: the server is currently unable',
    },
  ],
  [
    'what could not be deleted is told, in order',
    { errors: ['b failed', 'a failed'] },
    false,
    {
      NamespaceDeletionContentFailure:
        'ContentDeletionFailed, Failed to delete all resource types, 2 remaining: a failed, b failed',
    },
  ],
];

for (const [rule, report, finalize, bad] of rows)
  test(`a namespace: ${rule}`, () => {
    const plan = planNamespace(aNamespace(), { ...empty, ...report }, NOW);
    const held = plan.conditions.filter(({ status }) => status === 'True');
    assert.deepEqual(Object.fromEntries(held.map(({ type, reason, message }) => [type, `${reason}, ${message}`])), bad);
    assert.equal(plan.finalize, finalize);
    assert.equal(plan.conditions.length, 5);
  });

test('a namespace that nothing holds says so in every condition', () => {
  const { conditions } = planNamespace(aNamespace(), empty, NOW);
  assert.deepEqual(
    conditions.map(({ type, status, reason, message }) => [type, status, reason, message]),
    [
      ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
      [
        'NamespaceDeletionGroupVersionParsingFailure',
        'False',
        'ParsedGroupVersions',
        'All legacy kube types successfully parsed',
      ],
      [
        'NamespaceDeletionContentFailure',
        'False',
        'ContentDeleted',
        'All content successfully deleted, may be waiting on finalization',
      ],
      ['NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'],
      ['NamespaceFinalizersRemaining', 'False', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    ],
  );
});

const times: [rule: string, status: string | undefined, remaining: number, time: string][] = [
  ['a new condition begins now', undefined, 1, '2026-01-01T01:00:00Z'],
  ['an unchanged status keeps its time, though the message changes', 'True', 2, EARLIER],
  ['a changed one begins now', 'False', 1, '2026-01-01T01:00:00Z'],
];
for (const [rule, status, remaining, time] of times)
  test(`lastTransitionTime: ${rule}`, () => {
    const type = 'NamespaceContentRemaining';
    const before = { type, status: status ?? '', reason: '', message: 'other', lastTransitionTime: EARLIER };
    const strange = { type: 'Strange', status: 'True', lastTransitionTime: EARLIER };
    const namespace = aNamespace(status === undefined ? [strange] : [before, strange]);
    const plan = planNamespace(namespace, { ...empty, remaining: new Map([['pods.', remaining]]) }, NOW);
    assert.deepEqual(
      plan.conditions.filter((found) => found.type === type).map((found) => found.lastTransitionTime),
      [time],
    );
    assert.deepEqual(
      plan.conditions.find((found) => found.type === 'Strange'),
      strange,
    );
  });
