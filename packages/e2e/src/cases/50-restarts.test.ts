import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { SteadyLoad } from '../harness/steady-load.ts';
import { curl, readyPods, webManifest, withNamespace } from '../harness/workload.ts';

let cluster: ComposeCluster;
before(async () => {
  cluster = await ComposeCluster.up(2);
});

const CONTROL_PLANE = ['etcd', 'apiserver', 'scheduler', 'controller-manager'] as const;
const NODE_SERVICES = ['kubelet', 'kube-proxy', 'pod-network', 'cri-docker'] as const;

test('each component killed in turn, then all: the workload keeps serving and changes converge after', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'restarts', async () => {
    await kubectl.apply('restarts', webManifest({ replicas: 2 }));
    const before = await readyPods(kubectl, 'restarts', 'app=web', 2);
    const { spec } = await kubectl.json<{ spec: { ports: { nodePort: number }[] } }>([
      '-n',
      'restarts',
      'get',
      'service',
      'web',
    ]);
    const url = `http://${await cluster.nodeAddress('node-1')}:${spec.ports[0]?.nodePort}/`;
    await eventually(() => curl(url));

    const load = new SteadyLoad(url, 10);
    load.start();
    let replicas = 2;
    try {
      for (const service of CONTROL_PLANE) {
        await cluster.docker('kill', service);
        await cluster.docker('start', service);
        replicas = replicas === 2 ? 3 : 2;
        await converges(replicas, service);
      }
      for (const service of NODE_SERVICES) {
        for (const node of ['node-1', 'node-2']) await killNodeService(node, service);
        replicas = replicas === 2 ? 3 : 2;
        await converges(replicas, service);
      }
      await Promise.all(CONTROL_PLANE.map((service) => cluster.docker('kill', service)));
      const sentBefore = load.sent;
      await eventually(() => load.sent > sentBefore + 30);
      await Promise.all(CONTROL_PLANE.map((service) => cluster.docker('start', service)));
      await converges(2, 'the whole control plane');
    } finally {
      await load.stop();
    }
    assert.ok(load.sent > 100);
    assert.deepEqual(load.failures, [], `of ${load.sent} requests`);

    const after = await readyPods(kubectl, 'restarts', 'app=web', 2);
    const restarts = after.flatMap(
      (pod) => pod.status?.containerStatuses?.map(({ restartCount }) => restartCount) ?? [],
    );
    assert.deepEqual(restarts, [0, 0], 'no container was restarted by it');
    assert.ok(
      after.some((pod) => before.some((old) => old.metadata.uid === pod.metadata.uid)),
      'pods of before still run',
    );
  });

  async function converges(count: number, after: string): Promise<void> {
    await eventually(() => kubectl.run(['-n', 'restarts', 'scale', 'deployment/web', `--replicas=${count}`]), {
      timeout: 90_000,
      interval: 500,
    });
    try {
      await readyPods(kubectl, 'restarts', 'app=web', count, 120_000);
    } catch (error) {
      throw new Error(`after ${after}: ${error instanceof Error ? error.message : error}`);
    }
  }

  async function killNodeService(node: string, service: string): Promise<void> {
    const before = await cluster.killProgram(node, service);
    await eventually(async () => {
      const now = await cluster.programPid(node, service);
      assert.ok(now !== '' && now !== before, `${service} on ${node} is not back`);
    });
  }
});

test('nodes come back as they were after docker compose stop and start', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'stopped', async () => {
    await kubectl.apply('stopped', webManifest({ replicas: 2 }));
    const before = await readyPods(kubectl, 'stopped', 'app=web', 2);
    await Promise.all([cluster.docker('stop', 'node', 1), cluster.docker('stop', 'node', 2)]);
    await Promise.all([cluster.docker('start', 'node', 1), cluster.docker('start', 'node', 2)]);
    // The API may still show what was before the stop: what counts is a container that was started again.
    await eventually(
      async () => {
        const after = await readyPods(kubectl, 'stopped', 'app=web', 2, 0);
        assert.deepEqual(after.map((pod) => pod.metadata.uid).sort(), before.map((pod) => pod.metadata.uid).sort());
        for (const pod of after) {
          assert.equal(pod.status?.containerStatuses?.[0]?.restartCount, 1);
          const { nodeName = '' } = pod.spec;
          await cluster.inPod(nodeName, 'stopped', pod.metadata.name, 'nginx', ['true']);
        }
      },
      { timeout: 180_000, interval: 1000 },
    );
    await cluster.waitForNodes(2);
  });
});
