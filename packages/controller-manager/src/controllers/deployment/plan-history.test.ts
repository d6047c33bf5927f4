import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplicaSet } from '@coxswain/api';
import { aDeployment, aReplicaSet } from '../../testing/fixtures.ts';
import { planHistory } from './plan-history.ts';

const owner = aDeployment();
/** An old ReplicaSet `web-REVISION`, scaled down. */
const old = (revision: number, replicas = 0) => aReplicaSet(owner, String(revision), { replicas, revision });
const leaving = (set: ReplicaSet): ReplicaSet => ({
  ...set,
  metadata: { ...set.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
});
const changed = (set: ReplicaSet): ReplicaSet => ({ ...set, metadata: { ...set.metadata, generation: 2 } });
const stillRuns = (set: ReplicaSet): ReplicaSet => ({ ...set, status: { replicas: 1, observedGeneration: 1 } });
const upTo = (count: number) => Array.from({ length: count }, (_, i) => old(i + 1));

const rows: [rule: string, limit: number | undefined, sets: ReplicaSet[], removed: number[]][] = [
  ['as many as the limit stay', 2, upTo(2), []],
  ['beyond it the lowest revisions go', 2, upTo(4), [1, 2]],
  ['by revision, not by the order they are listed in', 1, [old(7), old(2), old(11)], [2, 7]],
  ['10 stay by default', undefined, upTo(12), [1, 2]],
  ['0 keeps none, so that nothing can be rolled back', 0, upTo(3), [1, 2, 3]],
  ['the largest limit keeps all', 2_147_483_647, upTo(12), []],
  ['one with replicas stays', 1, [old(1, 2), old(2), old(3)], [2]],
  ['one whose pods are not gone yet stays', 1, [stillRuns(old(1)), old(2), old(3)], [2]],
  ['one with a change that was not observed stays', 1, [changed(old(1)), old(2), old(3)], [2]],
  ['one that stays is no reason for a younger one to go', 2, [old(1, 2), old(2), old(3)], []],
  ['one that is being deleted does not count', 2, [leaving(old(1)), old(2), old(3)], []],
];

for (const [rule, revisionHistoryLimit, sets, removed] of rows)
  test(`revisionHistoryLimit: ${rule}`, () => {
    const plan = planHistory(aDeployment({ revisionHistoryLimit }), sets);
    assert.deepEqual(
      plan.map(({ metadata }) => metadata.name),
      removed.map((revision) => `web-${revision}`),
    );
  });
