import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type Job, leaseKind } from '@coxswain/api';
import { type ApiClient, createApiClient, loadKubeconfig } from '@coxswain/client';
import { eventually } from '@coxswain/foundation/testing';
import { KubectlRunner } from '../harness/kubectl.ts';
import { ControlPlane } from './control-plane.ts';
import { type FakeNodes, startFakeNodes } from './fake-nodes.ts';
import { isReady, PodCensus } from './pod-census.ts';
import type { Replica, ReplicatedService } from './replica.ts';
import * as manifests from './workload-manifests.ts';

const SERVICES: readonly ReplicatedService[] = ['controller-manager', 'scheduler'];
/** 10 s of lease and a bit on a quiet machine, under 2 s when it is released; here only what no slow machine explains. */
const TAKEOVER_MS = 60_000;
const RELEASED_MS = 30_000;
const SETTLED = { timeout: 60_000, interval: 50 };
const NAMESPACE = 'default';

suite('two replicas of scheduler and controller-manager', () => {
  let controlPlane: ControlPlane;
  let client: ApiClient;
  let kubectl: KubectlRunner;
  let nodes: FakeNodes;
  const replicas = new Map<string, Replica>();
  before(async () => {
    controlPlane = await ControlPlane.start({ without: SERVICES });
    client = createApiClient(loadKubeconfig(controlPlane.kubeconfig));
    kubectl = new KubectlRunner(controlPlane.kubeconfig);
    for (const service of SERVICES) for (const n of [1, 2]) start(service, n);
    nodes = await startFakeNodes(client, ['fake-1', 'fake-2', 'fake-3']);
    await eventually(() => kubectl.run(['get', 'serviceaccount', 'default']), SETTLED);
    await Promise.all(SERVICES.map((service) => eventually(() => holder(service), SETTLED)));
  });
  after(async () => {
    await Promise.all([...replicas.values()].map((replica) => replica.end('SIGTERM')));
    await nodes[Symbol.asyncDispose]();
    client.close();
    await controlPlane[Symbol.asyncDispose]();
  });

  function start(service: ReplicatedService, n: number): void {
    replicas.set(`${service}-${n}`, controlPlane.replica(service, n));
  }

  /** Rejects while nobody holds the lease. */
  async function holder(service: ReplicatedService): Promise<string> {
    const { spec } = await client.resource(leaseKind).get(`kube-${service}`, { namespace: 'kube-system' });
    assert.ok(spec.holderIdentity);
    return spec.holderIdentity;
  }

  /** Ends the leader and waits for the next; resolves with the milliseconds in between. */
  async function endLeader(service: ReplicatedService, signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
    const before = await holder(service);
    const name = [1, 2].map((n) => `${service}-${n}`).find((each) => replicas.get(each)?.led(before));
    assert.ok(name, `nobody is ${before}`);
    const at = Date.now();
    await replicas.get(name)?.end(signal);
    await eventually(async () => assert.notEqual(await holder(service), before), SETTLED);
    const took = Date.now() - at;
    start(service, Number(name.at(-1)));
    return took;
  }

  test('leaders killed in the middle of a rollout, a job and a drain: others take over, nothing is doubled', async (t) => {
    const census = new PodCensus(nodes);
    await kubectl.apply(NAMESPACE, manifests.deployment('web', 8));
    await kubectl.apply(NAMESPACE, manifests.deployment('guarded', 4));
    for (const name of ['web', 'guarded'])
      await kubectl.run(['rollout', 'status', `deployment/${name}`, '--timeout=30s']);
    await kubectl.apply(NAMESPACE, manifests.podDisruptionBudget('guarded', 3));
    census.watch(NAMESPACE, 'guarded', { most: 4, fewest: 3 });
    census.watch(NAMESPACE, 'web', { most: 9, fewest: 7 });
    census.watch(NAMESPACE, 'sum', { most: 2 });
    census.watch(NAMESPACE, 'db', { most: 3 });
    await kubectl.apply(NAMESPACE, manifests.statefulSet('db', 3));
    await kubectl.apply(NAMESPACE, manifests.job('sum', { completions: 12, parallelism: 2 }));
    await kubectl.run(['set', 'image', 'deployment/web', 'web=web:v2']);
    const drained = kubectl.run(['drain', 'fake-2', '--pod-selector=app=guarded', '--force', '--timeout=120s'], {
      timeoutMs: 130_000,
    });
    await eventually(
      () => census.of(NAMESPACE, 'web').some(({ spec }) => spec.containers[0]?.image === 'web:v2'),
      SETTLED,
    );

    const took = await Promise.all(SERVICES.map((service) => endLeader(service, 'SIGKILL')));
    t.diagnostic(`takeover took ${took.join(' and ')} ms`);
    for (const ms of took) assert.ok(ms <= TAKEOVER_MS, `takeover took ${ms} ms`);

    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=60s'], { timeoutMs: 70_000 });
    await kubectl.run(['rollout', 'status', 'statefulset/db', '--timeout=60s'], { timeoutMs: 70_000 });
    await kubectl.run(['wait', '--for=condition=Complete', 'job/sum', '--timeout=60s'], { timeoutMs: 70_000 });
    const { status } = await kubectl.json<Job>(['get', 'job', 'sum']);
    assert.equal(status?.succeeded, 12);
    assert.equal(status?.completedIndexes, '0-11');
    assert.equal(census.of(NAMESPACE, 'sum').length, 12, 'each index ran once');
    await drained;
    await eventually(() => {
      const ready = census.of(NAMESPACE, 'guarded').filter(isReady);
      assert.equal(ready.length, 4);
      assert.ok(ready.every(({ spec }) => spec.nodeName !== 'fake-2'));
    }, SETTLED);
    await kubectl.run(['uncordon', 'fake-2']);
    const sets = await kubectl.run(['get', 'replicasets', '-l', 'app=web', '-o', 'name']);
    assert.equal(sets.trim().split('\n').length, 2, sets);
    await eventually(
      () =>
        assert.deepEqual(
          census.of(NAMESPACE, 'web').map((pod) => `${isReady(pod)} ${pod.spec.containers[0]?.image}`),
          Array(8).fill('true web:v2'),
        ),
      SETTLED,
    );
    await census.assertUnbroken(client);
  });

  test('leaders asked to end in the middle of a drain hand over at once', async (t) => {
    const census = new PodCensus(nodes);
    await kubectl.apply(NAMESPACE, manifests.deployment('api', 6));
    await kubectl.run(['rollout', 'status', 'deployment/api', '--timeout=30s']);
    await kubectl.apply(NAMESPACE, manifests.podDisruptionBudget('api', 5));
    await eventually(
      async () =>
        assert.equal(await kubectl.run(['get', 'pdb', 'api', '-o', 'jsonpath={.status.disruptionsAllowed}']), '1'),
      SETTLED,
    );
    census.watch(NAMESPACE, 'api', { most: 6, fewest: 5 });
    const drained = kubectl.run(['drain', 'fake-1', '--force', '--timeout=90s'], { timeoutMs: 100_000 });
    const took = await Promise.all(SERVICES.map((service) => endLeader(service, 'SIGTERM')));
    t.diagnostic(`takeover took ${took.join(' and ')} ms`);
    for (const ms of took) assert.ok(ms <= RELEASED_MS, `takeover took ${ms} ms`);
    await drained;
    await eventually(() => {
      const ready = census.of(NAMESPACE, 'api').filter(isReady);
      assert.equal(ready.length, 6);
      assert.ok(ready.every(({ spec }) => spec.nodeName !== 'fake-1'));
    }, SETTLED);
    await census.assertUnbroken(client);
  });
});
