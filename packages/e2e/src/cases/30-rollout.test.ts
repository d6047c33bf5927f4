import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { SteadyLoad } from '../harness/steady-load.ts';
import { curl, pods, readyPods, webManifest, withNamespace } from '../harness/workload.ts';

let cluster: ComposeCluster;
before(async () => {
  cluster = await ComposeCluster.up(2);
});

test('kubectl set image rolls without one failed request, and rollout undo goes back', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'rollout', async () => {
    await kubectl.apply('rollout', webManifest({ replicas: 3 }));
    await readyPods(kubectl, 'rollout', 'app=web', 3);
    const { spec } = await kubectl.json<{ spec: { ports: { nodePort: number }[] } }>([
      '-n',
      'rollout',
      'get',
      'service',
      'web',
    ]);
    const url = `http://${await cluster.nodeAddress('node-1')}:${spec.ports[0]?.nodePort}/`;
    await eventually(() => curl(url));

    const load = new SteadyLoad(url, 50);
    load.start();
    try {
      await kubectl.run(['-n', 'rollout', 'set', 'image', 'deployment/web', 'nginx=nginx:1.28']);
      await kubectl.run(['-n', 'rollout', 'rollout', 'status', 'deployment/web', '--timeout=120s'], {
        timeoutMs: 130_000,
      });
      assert.deepEqual(await images(), ['nginx:1.28']);
      assert.match(await kubectl.run(['-n', 'rollout', 'rollout', 'history', 'deployment/web']), /^1 .*\n^2 /m);

      await kubectl.run(['-n', 'rollout', 'rollout', 'undo', 'deployment/web']);
      await kubectl.run(['-n', 'rollout', 'rollout', 'status', 'deployment/web', '--timeout=120s'], {
        timeoutMs: 130_000,
      });
      assert.deepEqual(await images(), ['nginx:1.27']);
      assert.match(await kubectl.run(['-n', 'rollout', 'rollout', 'history', 'deployment/web']), /^2 .*\n^3 /m);
    } finally {
      await load.stop();
    }
    assert.ok(load.sent > 200, `only ${load.sent} requests were sent`);
    assert.deepEqual(load.failures, [], `of ${load.sent} requests`);
  });

  async function images(): Promise<string[]> {
    const kubectlNow = cluster.kubectl();
    await readyPods(kubectlNow, 'rollout', 'app=web', 3);
    const all = (await pods(kubectlNow, 'rollout', 'app=web')) as unknown as {
      spec: { containers: { image: string }[] };
    }[];
    return [...new Set(all.map((pod) => pod.spec.containers[0]?.image ?? ''))];
  }
});
