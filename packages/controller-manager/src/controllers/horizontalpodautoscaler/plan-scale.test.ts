import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HorizontalPodAutoscalerBehavior } from '@coxswain/api';
import fc from 'fast-check';
import { planScale, type Sample, type ScaleInput } from './plan-scale.ts';

const NOW = 10_000_000;
const base: ScaleInput = {
  current: 5,
  wanted: 5,
  min: 1,
  max: 20,
  behavior: undefined,
  recommendations: [],
  scaleUps: [],
  scaleDowns: [],
  downscaleStabilizationMs: 300_000,
  now: NOW,
};
const at = (secondsAgo: number, replicas: number): Sample => ({ at: NOW - secondsAgo * 1000, replicas });
const pods = (value: number, selectPolicy?: string) => ({
  ...(selectPolicy === undefined ? {} : { selectPolicy }),
  policies: [{ type: 'Pods', value, periodSeconds: 60 }],
});

const cases: [rule: string, input: Partial<ScaleInput>, replicas: number, able: string, limited: string][] = [
  ['as wanted', { wanted: 8 }, 8, 'ReadyForNewScale', 'DesiredWithinRange'],
  ['no more than twice', { wanted: 15 }, 10, 'ReadyForNewScale', 'ScaleUpLimit'],
  ['but four at least', { current: 1, wanted: 15 }, 4, 'ReadyForNewScale', 'ScaleUpLimit'],
  ['no more than max', { wanted: 15, max: 9 }, 9, 'ReadyForNewScale', 'TooManyReplicas'],
  ['no fewer than min', { wanted: 1, min: 2 }, 2, 'ReadyForNewScale', 'TooFewReplicas'],
  [
    'down to the highest of late',
    { wanted: 1, recommendations: [at(100, 4), at(400, 9)] },
    4,
    'ScaleDownStabilized',
    'DesiredWithinRange',
  ],
  ['up at once', { wanted: 8, recommendations: [at(10, 5)] }, 8, 'ReadyForNewScale', 'DesiredWithinRange'],
  [
    'up to the lowest of late',
    { wanted: 9, behavior: { scaleUp: { ...pods(10), stabilizationWindowSeconds: 60 } }, recommendations: [at(30, 7)] },
    7,
    'ScaleUpStabilized',
    'DesiredWithinRange',
  ],
  ['so many pods a period', { wanted: 15, behavior: { scaleUp: pods(3) } }, 8, 'ReadyForNewScale', 'ScaleUpLimit'],
  [
    'less what was added in it',
    { wanted: 15, behavior: { scaleUp: pods(3) }, scaleUps: [at(30, 2), at(90, 5)] },
    6,
    'ReadyForNewScale',
    'ScaleUpLimit',
  ],
  [
    'downwards too',
    { wanted: 1, downscaleStabilizationMs: 0, behavior: { scaleDown: pods(2) }, scaleDowns: [at(30, 1)] },
    4,
    'ReadyForNewScale',
    'ScaleDownLimit',
  ],
  [
    'never when disabled',
    { wanted: 1, downscaleStabilizationMs: 0, behavior: { scaleDown: pods(2, 'Disabled') } },
    5,
    'ReadyForNewScale',
    'ScaleDownLimit',
  ],
];
for (const [rule, input, replicas, able, limited] of cases)
  test(`scale: ${rule}`, () => {
    const plan = planScale({ ...base, ...input });
    assert.deepEqual([plan.replicas, plan.able.reason, plan.limited.reason], [replicas, able, limited]);
  });

test('within any history: between min and max, no faster than the policies, and there in the end', () => {
  const behavior: HorizontalPodAutoscalerBehavior = {
    scaleUp: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 3, periodSeconds: 60 }] },
    scaleDown: {
      selectPolicy: 'Max',
      stabilizationWindowSeconds: 60,
      policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }],
    },
  };
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 40 }), fc.nat(30), (history, last) => {
      let current = 3;
      let now = 0;
      const recommendations: Sample[] = [];
      const changes: Sample[] = [];
      const step = (wanted: number) => {
        now += 15_000;
        const scaleUps = changes.filter(({ replicas }) => replicas > 0);
        const scaleDowns = changes
          .filter(({ replicas }) => replicas < 0)
          .map(({ replicas, ...rest }) => ({ ...rest, replicas: -replicas }));
        const { replicas } = planScale({
          ...base,
          min: 2,
          max: 12,
          behavior,
          current,
          wanted,
          recommendations,
          scaleUps,
          scaleDowns,
          now,
        });
        assert.ok(replicas >= 2 && replicas <= 12, `${replicas} replicas`);
        recommendations.push({ at: now, replicas: wanted });
        if (replicas === current) return;
        changes.push({ at: now, replicas: replicas - current });
        const recent = changes.filter((change) => change.at > now - 60_000);
        const net = recent.reduce((sum, change) => sum + change.replicas, 0);
        assert.ok(net <= 3 && net >= -2, `${net} in a minute`);
        current = replicas;
      };
      for (const wanted of history) step(wanted);
      for (let i = 0; i < 60; i++) step(last);
      assert.equal(current, Math.min(12, Math.max(2, last)));
    }),
  );
});
