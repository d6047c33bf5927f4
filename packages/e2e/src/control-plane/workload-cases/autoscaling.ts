import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HorizontalPodAutoscaler } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import { isReady, PodCensus } from '../pod-census.ts';
import { deployment } from '../workload-manifests.ts';
import { metricsApiServices, startMetricsStandIn } from './metrics-stand-in.ts';
import { SETTLED, type World } from './world.ts';

const autoscaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: scaled}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}
  minReplicas: 1
  maxReplicas: 6
  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
  metrics:
    - {type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 100m}}}
    - {type: ContainerResource, containerResource: {name: memory, container: web, target: {type: AverageValue, averageValue: 100Mi}}}
    - {type: Pods, pods: {metric: {name: requests}, target: {type: AverageValue, averageValue: "10"}}}
    - type: Object
      object:
        describedObject: {apiVersion: v1, kind: Service, name: metrics}
        metric: {name: hits}
        target: {type: AverageValue, averageValue: "10"}
    - {type: External, external: {metric: {name: queue}, target: {type: AverageValue, averageValue: "10"}}}
`;

export function autoscalingCases(world: () => World): void {
  test('a HorizontalPodAutoscaler follows every kind of metric, through the aggregator', async () => {
    const { kubectl, nodes } = world();
    const census = new PodCensus(nodes);
    const ready = () => census.of('default', 'scaled').filter(isReady);
    await using metrics = await startMetricsStandIn(() =>
      census.of('default', 'scaled').map(({ metadata }) => metadata.name),
    );
    await kubectl.apply('default', metricsApiServices(metrics.port));
    await kubectl.run(['wait', '--for=condition=Available', 'apiservices', '--all', '--timeout=30s']);
    await kubectl.apply('default', deployment('scaled', 1).replace('minReadySeconds: 1', 'minReadySeconds: 0'));
    await kubectl.apply('default', autoscaler);
    let poke = 0;
    /** A change of the object has it looked at before its period is over. */
    const settled = (replicas: number) =>
      eventually(
        async () => {
          await kubectl.run(['annotate', 'hpa', 'scaled', `poke=${poke++}`, '--overwrite']);
          assert.equal(ready().length, replicas);
          assert.equal(census.of('default', 'scaled').length, replicas);
        },
        { timeout: 120_000, interval: 300 },
      );
    await settled(1);
    const steps = [
      ['memory', 200, 2],
      ['cpu', 300, 3],
      ['requests', 40, 4],
      ['hits', 50, 5],
      ['queue', 900, 6],
    ] as const;
    for (const [name, amount, replicas] of steps) {
      const before = metrics.load[name];
      metrics.load[name] = amount;
      await settled(replicas);
      metrics.load[name] = before;
    }
    await settled(1);
    const { status } = await kubectl.json<HorizontalPodAutoscaler>(['get', 'hpa', 'scaled']);
    assert.deepEqual(
      status?.currentMetrics?.map(({ type }) => type),
      ['Resource', 'ContainerResource', 'Pods', 'Object', 'External'],
    );
    await eventually(async () => {
      const told = await kubectl.run(['get', 'events', '-o', 'custom-columns=R:.reason,M:.message']);
      for (const why of [
        'cpu resource above target',
        'memory container resource above target',
        'pods metric requests above target',
        'Service metric hits above target',
        'external metric queue(nil) above target',
        'All metrics below target',
      ])
        assert.ok(told.includes(why), `${why} is not told in ${told}`);
    }, SETTLED);
    await kubectl.run(['delete', 'hpa/scaled', 'deployment/scaled', 'service/metrics']);
    await kubectl.run([
      'delete',
      'apiservices',
      'v1beta1.metrics.k8s.io',
      'v1beta2.custom.metrics.k8s.io',
      'v1beta1.external.metrics.k8s.io',
    ]);
  });
}
