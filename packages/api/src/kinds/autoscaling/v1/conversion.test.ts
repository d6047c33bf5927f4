import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeParsed } from '../../../schema/decode-object.ts';
import { applyDefaults } from '../../../schema/defaults.ts';
import type { HorizontalPodAutoscaler } from '../horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalerKind } from '../horizontal-pod-autoscaler.ts';
import { fromV2, toV2 } from './conversion.ts';
import { horizontalPodAutoscalerV1Kind } from './horizontal-pod-autoscaler.ts';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };

function v2(spec: object, status?: object): HorizontalPodAutoscaler {
  const { object } = decodeParsed(
    horizontalPodAutoscalerKind,
    { metadata: { name: 'h', namespace: 't' }, spec: { maxReplicas: 5, scaleTargetRef, ...spec }, status },
    'Strict',
  );
  applyDefaults(horizontalPodAutoscalerKind, object);
  return object;
}

const resource = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
};

test('what v1 cannot say stands in annotations, as upstream writes them', () => {
  const v1 = fromV2(
    v2({
      metrics: [
        resource,
        { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '1k' } } },
        { type: 'External', external: { metric: { name: 'q' }, target: { type: 'Value', value: '30' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    }),
  );
  assert.equal(v1.apiVersion, 'autoscaling/v1');
  assert.equal(v1.spec.targetCPUUtilizationPercentage, 50);
  const { annotations = {} } = v1.metadata;
  assert.deepEqual(JSON.parse(annotations['autoscaling.alpha.kubernetes.io/metrics'] ?? ''), [
    { type: 'Pods', pods: { metricName: 'rps', targetAverageValue: '1k' } },
    { type: 'External', external: { metricName: 'q', targetValue: '30' } },
  ]);
  assert.deepEqual(JSON.parse(annotations['autoscaling.alpha.kubernetes.io/behavior'] ?? ''), {
    ScaleUp: {
      StabilizationWindowSeconds: 0,
      SelectPolicy: 'Max',
      Policies: [
        { Type: 'Pods', Value: 4, PeriodSeconds: 15 },
        { Type: 'Percent', Value: 100, PeriodSeconds: 15 },
      ],
    },
    ScaleDown: {
      StabilizationWindowSeconds: 60,
      SelectPolicy: 'Max',
      Policies: [{ Type: 'Percent', Value: 100, PeriodSeconds: 15 }],
    },
  });
});

test('there and back again is the same', () => {
  const object = v2(
    {
      metrics: [
        resource,
        { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
        {
          type: 'Object',
          object: {
            describedObject: { kind: 'Service', name: 's', apiVersion: 'v1' },
            metric: { name: 'rps' },
            target: { type: 'Value', value: '10' },
          },
        },
      ],
      behavior: { scaleUp: { selectPolicy: 'Disabled' } },
    },
    {
      currentReplicas: 1,
      desiredReplicas: 2,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 7, averageValue: '70m' } } },
      ],
      conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
  );
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  assert.deepEqual(plain(toV2(fromV2(object))), plain(object));
  assert.equal(fromV2(object).status?.currentCPUUtilizationPercentage, 7);
});

test('a v1 autoscaler without a target aims at 80 % of the CPU', () => {
  const { object } = decodeParsed(
    horizontalPodAutoscalerV1Kind,
    { metadata: { name: 'h', namespace: 't' }, spec: { maxReplicas: 5, scaleTargetRef } },
    'Strict',
  );
  assert.equal(fromV2(toV2(object)).spec.targetCPUUtilizationPercentage, 80);
});

test('annotations that do not parse are no error', () => {
  const { object } = decodeParsed(
    horizontalPodAutoscalerV1Kind,
    {
      metadata: { name: 'h', annotations: { 'autoscaling.alpha.kubernetes.io/metrics': '{', a: 'b' } },
      spec: { maxReplicas: 5, scaleTargetRef, targetCPUUtilizationPercentage: 10 },
    },
    'Strict',
  );
  const stored = toV2(object);
  assert.deepEqual(stored.metadata.annotations, { a: 'b' });
  assert.equal(stored.spec.metrics?.length, 1);
});
