import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Job } from '@coxswain/api';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { eventually } from '@coxswain/foundation/testing';
import { KubectlRunner } from '../harness/kubectl.ts';
import { ControlPlane } from './control-plane.ts';
import { type FakeNodes, startFakeNodes } from './fake-nodes.ts';
import { isReady, PodCensus } from './pod-census.ts';
import { autoscalingCases } from './workload-cases/autoscaling.ts';
import { badObjectCases } from './workload-cases/bad-objects.ts';
import { storageAndTokenCases } from './workload-cases/storage-and-tokens.ts';
import * as manifests from './workload-manifests.ts';

const SETTLED = { timeout: 30_000, interval: 50 };
const NODES = ['fake-1', 'fake-2', 'fake-3'];
const NAMESPACE = 'default';

suite('every kind of workload on fake nodes', () => {
  let controlPlane: ControlPlane;
  let client: ReturnType<typeof createApiClient>;
  let nodes: FakeNodes;
  let kubectl: KubectlRunner;
  before(async () => {
    controlPlane = await ControlPlane.start({ controllerManagerFlags: ['--horizontal-pod-autoscaler-sync-period=1s'] });
    client = createApiClient(loadKubeconfig(controlPlane.kubeconfig));
    kubectl = new KubectlRunner(controlPlane.kubeconfig);
    nodes = await startFakeNodes(client, NODES);
    await eventually(() => kubectl.run(['get', 'serviceaccount', 'default']), SETTLED);
  });
  after(async () => {
    await nodes[Symbol.asyncDispose]();
    client.close();
    await controlPlane[Symbol.asyncDispose]();
  });

  const readyPods = (app: string) => new PodCensus(nodes).of(NAMESPACE, app).filter(isReady);
  const ready = (app: string, count: number, version?: string) =>
    eventually(() => {
      const found = readyPods(app).map(({ spec }) => spec.containers[0]?.image);
      assert.equal(found.length, count);
      if (version !== undefined) assert.deepEqual([...new Set(found)], [`web:${version}`]);
    }, SETTLED);
  const apply = (manifest: string) => kubectl.apply(NAMESPACE, manifest);

  test('a Deployment rolls within its limits, is undone, paused and resumed', async () => {
    const census = new PodCensus(nodes);
    await apply(manifests.deployment('web', 4));
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    census.watch(NAMESPACE, 'web', { most: 5, fewest: 3 });
    await kubectl.run(['set', 'image', 'deployment/web', 'web=web:v2']);
    assert.match(
      await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']),
      /deployment "web" successfully rolled out\n$/,
    );
    await ready('web', 4, 'v2');
    await kubectl.run(['rollout', 'undo', 'deployment/web']);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    await ready('web', 4, 'v1');
    await kubectl.run(['rollout', 'pause', 'deployment/web']);
    await kubectl.run(['set', 'image', 'deployment/web', 'web=web:v3']);
    await eventually(
      async () =>
        assert.match(await kubectl.run(['get', 'deployment', 'web', '-o', 'yaml']), /reason: DeploymentPaused/),
      SETTLED,
    );
    await ready('web', 4, 'v1');
    await kubectl.run(['rollout', 'resume', 'deployment/web']);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    await ready('web', 4, 'v3');
    await kubectl.run(['rollout', 'restart', 'deployment/web']);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    await kubectl.run(['wait', '--for=condition=Available', 'deployment/web', '--timeout=10s']);
    await census.assertUnbroken(client);
  });

  test('a StatefulSet comes, rolls and goes in order', async () => {
    const census = new PodCensus(nodes);
    census.watch(NAMESPACE, 'db', { most: 3 });
    await apply(manifests.statefulSet('db', 3));
    await kubectl.run(['rollout', 'status', 'statefulset/db', '--timeout=30s']);
    const created = () =>
      readyPods('db')
        .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name))
        .map(({ metadata }) => `${metadata.creationTimestamp}`);
    assert.deepEqual(created(), created().toSorted());
    await kubectl.run(['set', 'image', 'statefulset/db', 'web=web:v2']);
    await kubectl.run(['rollout', 'status', 'statefulset/db', '--timeout=30s']);
    await ready('db', 3, 'v2');
    assert.deepEqual(created(), created().toSorted().toReversed());
    await kubectl.run(['scale', 'statefulset/db', '--replicas=1']);
    await eventually(
      () =>
        assert.deepEqual(
          census.of(NAMESPACE, 'db').map(({ metadata }) => metadata.name),
          ['db-0'],
        ),
      SETTLED,
    );
    await census.assertUnbroken(client);
  });

  test('a DaemonSet has one pod a node and rolls', async () => {
    const census = new PodCensus(nodes);
    census.watch(NAMESPACE, 'agent', { most: NODES.length });
    await apply(manifests.daemonSet('agent'));
    await ready('agent', NODES.length, 'v1');
    assert.deepEqual(
      readyPods('agent')
        .map(({ spec }) => spec.nodeName)
        .sort(),
      NODES,
    );
    await kubectl.run(['set', 'image', 'daemonset/agent', 'web=web:v2']);
    await kubectl.run(['rollout', 'status', 'daemonset/agent', '--timeout=30s']);
    await ready('agent', NODES.length, 'v2');
    await census.assertUnbroken(client);
  });

  test('a ReplicationController replaces what is deleted', async () => {
    await apply(manifests.replicationController('old', 2));
    await ready('old', 2);
    const [first] = readyPods('old');
    await kubectl.run(['delete', 'pod', first?.metadata.name ?? '']);
    await eventually(() => readyPods('old').every(({ metadata }) => metadata.uid !== first?.metadata.uid), SETTLED);
    await ready('old', 2);
  });

  test('an indexed Job has each index succeed once', async () => {
    const census = new PodCensus(nodes);
    census.watch(NAMESPACE, 'sum', { most: 3 });
    await apply(manifests.job('sum', { completions: 6, parallelism: 3 }));
    await kubectl.run(['wait', '--for=condition=Complete', 'job/sum', '--timeout=30s']);
    const { status } = await kubectl.json<Job>(['get', 'job', 'sum']);
    assert.equal(status?.succeeded, 6);
    assert.equal(status?.completedIndexes, '0-5');
    assert.equal(census.of(NAMESPACE, 'sum').length, 6);
    await census.assertUnbroken(client);
  });

  test('a Job fails by its failure policy, and by its back-off limit', async () => {
    await apply(manifests.job('broken', { completions: 2, parallelism: 1, fails: 42 }));
    await apply(manifests.job('unlucky', { completions: 1, parallelism: 1, fails: 1 }));
    const reason = async (name: string) =>
      (await kubectl.json<Job>(['get', 'job', name])).status?.conditions?.find(({ type }) => type === 'Failed')?.reason;
    await eventually(async () => assert.equal(await reason('broken'), 'PodFailurePolicy'), SETTLED);
    await eventually(async () => assert.equal(await reason('unlucky'), 'BackoffLimitExceeded'), SETTLED);
  });

  test('a CronJob runs by the clock; create job --from runs one now', async () => {
    await apply(manifests.cronJob('tick', '@every 1s'));
    await eventually(
      async () =>
        assert.match(
          await kubectl.run([
            'get',
            'events',
            '--field-selector=involvedObject.name=tick',
            '-o',
            'custom-columns=R:.reason',
          ]),
          /SuccessfulCreate\nSawCompletedJob\n/,
        ),
      SETTLED,
    );
    await kubectl.run(['patch', 'cronjob', 'tick', '-p', '{"spec":{"suspend":true}}']);
    await kubectl.run(['create', 'job', 'now', '--from=cronjob/tick']);
    await kubectl.run(['wait', '--for=condition=Complete', 'job/now', '--timeout=30s']);
    const now = await kubectl.json<Job>(['get', 'job', 'now']);
    assert.equal(now.metadata.ownerReferences?.[0]?.kind, 'CronJob');
    assert.equal(now.metadata.annotations?.['cronjob.kubernetes.io/instantiate'], 'manual');
    await kubectl.run(['delete', 'cronjob', 'tick']);
    await eventually(
      async () => assert.doesNotMatch(await kubectl.run(['get', 'jobs', '-o', 'name']), /tick|now/),
      SETTLED,
    );
  });

  test('drain empties a node; cordon keeps pods off it', async () => {
    await kubectl.run(['cordon', 'fake-3']);
    await kubectl.run(['drain', 'fake-3', '--ignore-daemonsets', '--force', '--timeout=30s']);
    await eventually(() => {
      const left = nodes.pods
        .list()
        .filter(({ spec, status }) => spec.nodeName === 'fake-3' && status?.phase === 'Running');
      assert.deepEqual(
        left.map(({ metadata }) => metadata.labels?.['app']),
        ['agent'],
      );
    }, SETTLED);
    await ready('web', 4);
    await kubectl.run(['uncordon', 'fake-3']);
  });

  const world = () => ({ kubectl, nodes });
  badObjectCases(world);
  storageAndTokenCases(world);
  autoscalingCases(world);
});
