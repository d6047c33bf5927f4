import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPod } from '../../testing/index.ts';
import { type PodGcInput, planPodGc } from './plan-pod-gc.ts';

const NOW = Date.UTC(2026, 0, 2);
const plan = (input: Partial<PodGcInput>) => {
  const { missingSince, ...lists } = planPodGc({
    pods: [],
    nodes: new Set(['node-1']),
    missingSince: new Map(),
    outOfService: new Set(),
    now: NOW,
    quarantineMs: 40_000,
    terminatedPodThreshold: 0,
    ...input,
  });
  const named = Object.entries(lists).filter(([, pods]) => pods.length > 0);
  return {
    lists: Object.fromEntries(named.map(([list, pods]) => [list, pods.map(({ metadata }) => metadata.name)])),
    missingSince: Object.fromEntries(missingSince),
  };
};

test('pods of a missing node wait out the quarantine', () => {
  const pods = [aPod({ name: 'here' }), aPod({ name: 'lost', node: 'gone' })];
  assert.deepEqual(plan({ pods }), { lists: {}, missingSince: { gone: NOW } });
  const since = NOW - 39_999;
  assert.deepEqual(plan({ pods, missingSince: new Map([['gone', since]]) }), {
    lists: {},
    missingSince: { gone: since },
  });
  const long = new Map([
    ['gone', NOW - 40_000],
    ['back', NOW - 90_000],
  ]);
  assert.deepEqual(plan({ pods, missingSince: long }), {
    lists: { orphaned: ['lost'] },
    missingSince: { gone: NOW - 40_000 },
  });
});

test('deleted before they were scheduled, or on a node out of service', () => {
  const pods = [
    aPod({ name: 'unscheduled', node: '', deleting: true }),
    aPod({ name: 'waiting', node: '' }),
    aPod({ name: 'stuck', deleting: true }),
    aPod({ name: 'running' }),
  ];
  assert.deepEqual(plan({ pods, outOfService: new Set(['node-1']) }).lists, {
    unscheduled: ['unscheduled'],
    outOfService: ['stuck'],
  });
});

test('the oldest finished pods beyond the threshold', () => {
  const pods = [3, 1, 2].map((day) =>
    aPod({ name: `p${day}`, phase: 'Succeeded', created: `2026-01-0${day}T00:00:00Z` }),
  );
  assert.deepEqual(plan({ pods, terminatedPodThreshold: 1 }).lists, { terminated: ['p1', 'p2'] });
  assert.deepEqual(plan({ pods, terminatedPodThreshold: 3 }).lists, {});
});
