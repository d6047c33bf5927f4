import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPod, type PodFixture } from '../../testing/index.ts';
import { type MetricReplicasInput, NoMetricsError, planMetricReplicas } from './plan-metric-replicas.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');

interface Case {
  readonly pods: readonly PodFixture[];
  /** Thousandths of CPU by pod; undefined is no metric. */
  readonly use: readonly (number | undefined)[];
  readonly current?: number;
  /** Percent of a request of 100m, or an average of so many thousandths. */
  readonly percent?: number;
  readonly average?: number;
}

function plan({ pods, use, current = pods.length, percent, average = 100 }: Case) {
  const made = pods.map((pod, i) => {
    const fixture = aPod({ name: `p${i}`, ...pod });
    return { ...fixture, status: { ...fixture.status, startTime: '2026-01-01T00:00:00Z' } };
  });
  const metrics = new Map(
    use.flatMap((value, i) =>
      value === undefined ? [] : [[`p${i}`, { value, at: NOW - 5_000, windowMs: 15_000 }] as const],
    ),
  );
  const target: MetricReplicasInput['target'] =
    percent === undefined
      ? { type: 'AverageValue', milli: average }
      : { type: 'Utilization', percent, requests: new Map(made.map((_, i) => [`p${i}`, 100])) };
  const options = { isCpu: true, cpuInitializationPeriodMs: 300_000, initialReadinessDelayMs: 30_000, now: NOW };
  return planMetricReplicas({
    ...options,
    current,
    pods: made,
    metrics,
    target,
    tolerances: { scaleUp: 0.1, scaleDown: 0.1 },
  });
}

const three = [{}, {}, {}];
const cases: [rule: string, input: Case, replicas: number][] = [
  ['at the target', { pods: three, use: [50, 50, 50], percent: 50 }, 3],
  ['above it', { pods: three, use: [100, 100, 100], percent: 50 }, 6],
  ['below it', { pods: three, use: [20, 20, 20], percent: 60 }, 1],
  ['within the tolerance', { pods: three, use: [54, 54, 54], percent: 50 }, 3],
  ['just beyond the tolerance', { pods: three, use: [56, 56, 56], percent: 50 }, 4],
  ['averages', { pods: three, use: [200, 200, 200], average: 100 }, 6],
  ['a missing pod uses its whole request when scaling down', { pods: three, use: [10, 10, undefined], percent: 50 }, 3],
  ['a missing pod uses nothing when scaling up', { pods: three, use: [100, 100, undefined], percent: 50 }, 4],
  ['what would turn the other way stays', { pods: three, use: [80, undefined, undefined], percent: 50 }, 3],
  [
    'pending pods hold a scale-up back',
    { pods: [{}, {}, { phase: 'Pending', ready: false }], use: [100, 100], percent: 50 },
    4,
  ],
  [
    'pending pods count for nothing at a scale-down',
    { pods: [{}, {}, { phase: 'Pending' }], use: [10, 10], percent: 50 },
    1,
  ],
  [
    'leaving and failed pods are ignored',
    { pods: [{}, { deleting: true }, { phase: 'Failed' }], use: [100, 900, 900], percent: 50 },
    2,
  ],
];
for (const [rule, input, replicas] of cases)
  test(`replicas: ${rule}`, () => assert.equal(plan(input).replicas, replicas));

test('what is reported is of the pods that count', () => {
  const { utilization, average } = plan({ pods: three, use: [30, 60, 90], percent: 60 });
  assert.deepEqual([utilization, average], [60, 60]);
});

test('no pods, or none with metrics, is an error', () => {
  assert.throws(() => plan({ pods: [], use: [] }), NoMetricsError);
  assert.throws(() => plan({ pods: three, use: [] }), /did not receive metrics for targeted pods/);
});
