import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControllerRevision } from '@coxswain/api';
import { aTemplate } from '../testing/fixtures.ts';
import { aStatefulSet } from '../testing/stateful-set-fixture.ts';
import { planRevisions, revisionData, revisionsToDelete, templateOfRevision } from './plan-revisions.ts';

const revision = (name: string, number: number, version = name): ControllerRevision => ({
  metadata: { name, namespace: 'default', uid: `${name}-uid` },
  data: revisionData(aTemplate(version)),
  revision: number,
});

/** Which revision stands for template `v2` of the owner: its name, its number, and what is written. */
const plans: [rule: string, revisions: ControllerRevision[], plan: [name: string, number: number, written: string]][] =
  [
    ['the first is number 1', [], ['made', 1, 'create']],
    ['a new template gets the next number', [revision('v1', 4)], ['made', 5, 'create']],
    ['the highest number counts, in whatever order', [revision('v3', 7), revision('v1', 4)], ['made', 8, 'create']],
    ['an unchanged template keeps its revision', [revision('v1', 1), revision('v2', 2)], ['v2', 2, '']],
    ['a roll back makes the old one the newest', [revision('v2', 1), revision('v1', 2)], ['v2', 3, 'renumber']],
    [
      'of two equal ones the newer stands for it',
      [revision('old', 1, 'v2'), revision('late', 2, 'v2'), revision('v1', 3)],
      ['late', 4, 'renumber'],
    ],
  ];

for (const [rule, revisions, expected] of plans)
  test(`revisions: ${rule}`, () => {
    const owner = aStatefulSet({ template: aTemplate('v2') });
    const newRevision = (data: unknown) => ({ ...revision('made', 0), data: data as ControllerRevision['data'] });
    const plan = planRevisions({ owner, revisions, newRevision });
    const written = plan.create ? 'create' : plan.renumber ? 'renumber' : '';
    assert.deepEqual([plan.update.metadata.name, plan.update.revision, written], expected);
    assert.deepEqual(templateOfRevision(plan.update), owner.spec.template);
  });

test('the order of keys in a stored template is no difference', () => {
  const { spec, metadata } = aTemplate('v2');
  const stored = { ...revision('v2', 1), data: { spec: { template: { $patch: 'replace', spec, metadata } } } };
  const owner = aStatefulSet({ template: { metadata, spec } });
  const plan = planRevisions({ owner, revisions: [stored], newRevision: () => assert.fail('it is there already') });
  assert.equal(plan.update, stored);
});

const all = [revision('v3', 3), revision('v1', 1), revision('v4', 4), revision('v2', 2)];
const histories: [rule: string, live: string[], limit: number, deleted: string[]][] = [
  ['as many as the limit stay', ['v4'], 3, []],
  ['beyond it the oldest go', ['v4'], 1, ['v1', 'v2']],
  ['one that pods are of stays and does not count', ['v1', 'v4'], 1, ['v2']],
  ['0 keeps only those in use', ['v2', 'v4'], 0, ['v1', 'v3']],
  ['nothing goes while all are in use', ['v1', 'v2', 'v3', 'v4'], 0, []],
];

for (const [rule, live, limit, deleted] of histories)
  test(`revisionHistoryLimit: ${rule}`, () => {
    const found = revisionsToDelete(all, new Set(live), limit);
    assert.deepEqual(
      found.map(({ metadata }) => metadata.name),
      deleted,
    );
  });
