import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventKind, type HorizontalPodAutoscaler, horizontalPodAutoscalerKind, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aPod, startControllers } from '../../testing/index.ts';

const KEY = 'default/web';
const autoscaler = (spec: Partial<HorizontalPodAutoscaler['spec']> = {}): HorizontalPodAutoscaler => ({
  metadata: { name: 'web', namespace: 'default', uid: 'hpa' },
  spec: {
    scaleTargetRef: { kind: 'Deployment', apiVersion: 'apps/v1', name: 'web' },
    minReplicas: 1,
    maxReplicas: 5,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    ...spec,
  },
});

/** A Deployment's scale and the resource metrics of its pods, each of which requests 100m. */
function setUp(t: { after(fn: () => Promise<void>): void }, cpu: () => string | undefined) {
  const client = new FakeApiClient();
  let replicas = 1;
  client.onRequest((method, path, options) => {
    if (path.endsWith('/deployments/web/scale')) {
      if (method === 'PUT') replicas = JSON.parse(String(options?.body)).spec.replicas;
      return { metadata: { name: 'web' }, spec: { replicas }, status: { replicas, selector: 'app=web' } };
    }
    if (!path.startsWith('/apis/metrics.k8s.io/')) return undefined;
    const usage = cpu();
    if (usage === undefined) throw new Error('the server is currently unable to handle the request');
    const items = client.objects(podKind).map(({ metadata }) => ({
      metadata,
      timestamp: new Date().toISOString(),
      window: '10s',
      containers: [{ name: 'c', usage: { cpu: usage } }],
    }));
    return { items };
  });
  const spec = { containers: [{ name: 'c', resources: { requests: { cpu: '100m' } } }] };
  const pod = aPod({ spec });
  client.add(podKind, { ...pod, status: { ...pod.status, startTime: '2026-01-01T00:00:00Z' } });
  const controllers = startControllers(client, ['horizontalpodautoscaling'], {
    autoscaler: {
      syncPeriodMs: 20,
      downscaleStabilizationMs: 0,
      tolerance: 0.1,
      cpuInitializationPeriodMs: 0,
      initialReadinessDelayMs: 0,
    },
  });
  t.after(() => controllers.stop());
  const status = () => client.object(horizontalPodAutoscalerKind, KEY)?.status;
  const condition = (type: string) => status()?.conditions?.find((each) => each.type === type);
  return { client, replicas: () => replicas, status, condition };
}

test('scales up by what the pods use, and says so', async (t) => {
  const { client, replicas, status, condition } = setUp(t, () => '150m');
  client.add(horizontalPodAutoscalerKind, autoscaler());
  await eventually(() => assert.equal(replicas(), 3));
  await eventually(() => assert.equal(status()?.currentMetrics?.[0]?.resource?.current.averageUtilization, 150));
  assert.equal(condition('ScalingActive')?.reason, 'ValidMetricFound');
  await eventually(() => {
    const event = client.objects(eventKind).find(({ reason }) => reason === 'SuccessfulRescale');
    assert.equal(event?.message, 'New size: 3; reason: cpu resource utilization (percentage of request) above target');
  });
});

test('without metrics nothing is scaled, and the reason is told', async (t) => {
  const { client, replicas, condition } = setUp(t, () => undefined);
  client.add(horizontalPodAutoscalerKind, autoscaler());
  await eventually(() => assert.equal(condition('ScalingActive')?.reason, 'FailedGetResourceMetric'));
  assert.equal(replicas(), 1);
  await eventually(() =>
    assert.ok(client.objects(eventKind).some(({ reason }) => reason === 'FailedComputeMetricsReplicas')),
  );
});

test('pods that two autoscalers want are scaled by neither', async (t) => {
  const { client, condition } = setUp(t, () => '50m');
  client.add(horizontalPodAutoscalerKind, autoscaler());
  const other = autoscaler();
  client.add(horizontalPodAutoscalerKind, { ...other, metadata: { ...other.metadata, name: 'other', uid: 'other' } });
  await eventually(() => assert.equal(condition('ScalingActive')?.reason, 'AmbiguousSelector'));
  const message = 'pods by selector app=web are controlled by multiple HPAs: [default/other default/web]';
  assert.equal(condition('ScalingActive')?.message, message);
});

test('a number of replicas out of bounds is brought back without metrics', async (t) => {
  const { client, replicas } = setUp(t, () => undefined);
  client.add(horizontalPodAutoscalerKind, autoscaler({ minReplicas: 2 }));
  await eventually(() => assert.equal(replicas(), 2));
});
