import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { isReady, pods, readyPods, webManifest, withNamespace } from '../harness/workload.ts';

let cluster: ComposeCluster;
before(async () => {
  cluster = await ComposeCluster.up(2);
});

test('a container killed with docker kill comes back in the same pod', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'killed', async () => {
    await kubectl.apply('killed', webManifest({ replicas: 1 }));
    const [web] = await readyPods(kubectl, 'killed', 'app=web', 1);
    assert.ok(web?.spec.nodeName);
    const id = await cluster.containerInNode(web.spec.nodeName, 'killed', web.metadata.name, 'nginx');
    await cluster.inNode(web.spec.nodeName, ['docker', 'kill', id]);
    await eventually(
      async () => {
        const [again] = await pods(kubectl, 'killed', 'app=web');
        assert.equal(again?.metadata.uid, web.metadata.uid, 'the same pod');
        assert.ok(again && isReady(again));
        assert.equal(again.status?.containerStatuses?.[0]?.restartCount, 1);
      },
      { timeout: 60_000, interval: 300 },
    );
  });
});

test('a deleted pod is replaced', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'replaced', async () => {
    await kubectl.apply('replaced', webManifest({ replicas: 2 }));
    const [first] = await readyPods(kubectl, 'replaced', 'app=web', 2);
    assert.ok(first);
    await kubectl.run(['-n', 'replaced', 'delete', 'pod', first.metadata.name]);
    const after = await readyPods(kubectl, 'replaced', 'app=web', 2);
    assert.ok(after.every((pod) => pod.metadata.uid !== first.metadata.uid));
  });
});

test('the pods of a stopped node move after the tolerated time, and the node comes back as it was', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'moved', async () => {
    // Five seconds tolerated instead of the five minutes that admission would add.
    const tolerations = JSON.stringify({
      spec: {
        template: {
          spec: {
            tolerations: ['not-ready', 'unreachable'].map((name) => ({
              key: `node.kubernetes.io/${name}`,
              operator: 'Exists',
              effect: 'NoExecute',
              tolerationSeconds: 5,
            })),
          },
        },
      },
    });
    await kubectl.apply('moved', webManifest({ replicas: 2 }));
    await kubectl.run(['-n', 'moved', 'patch', 'deployment', 'web', '-p', tolerations]);
    await kubectl.run(['-n', 'moved', 'rollout', 'status', 'deployment/web', '--timeout=90s'], { timeoutMs: 100_000 });
    const before = await readyPods(kubectl, 'moved', 'app=web', 2);
    assert.ok(before.some((pod) => pod.spec.nodeName === 'node-2'));

    await cluster.docker('stop', 'node', 2);
    try {
      await eventually(
        async () => {
          const alive = (await pods(kubectl, 'moved', 'app=web')).filter(isReady);
          assert.deepEqual(
            alive.map((pod) => pod.spec.nodeName),
            ['node-1', 'node-1'],
          );
        },
        { timeout: 120_000, interval: 1000 },
      );
      const node = (await cluster.nodes()).find(({ name }) => name === 'node-2');
      assert.equal(node?.ready, false);
    } finally {
      await cluster.docker('start', 'node', 2);
    }
    await cluster.waitForNodes(2);
    // What ran on it before and was moved away is gone, from the API and from the node.
    await readyPods(kubectl, 'moved', 'app=web', 2);
    await eventually(
      async () => {
        const left = await cluster.inNode('node-2', [
          'docker',
          'ps',
          '-q',
          '--filter',
          'label=io.kubernetes.pod.namespace=moved',
        ]);
        assert.equal(left.trim(), '');
      },
      { timeout: 60_000, interval: 1000 },
    );
  });
});

test('a third node is Ready in seconds, takes new pods, and leaves none behind when it goes', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'scaled', async () => {
    try {
      await cluster.scale(3);
      await cluster.waitForNodes(3);
      await kubectl.apply('scaled', webManifest({ replicas: 6 }));
      const web = await readyPods(kubectl, 'scaled', 'app=web', 6);
      assert.ok(
        web.some((pod) => pod.spec.nodeName === 'node-3'),
        'new pods land on node-3',
      );
    } finally {
      await cluster.scale(2);
    }
    const names = (await cluster.nodes()).map(({ name }) => name).sort();
    assert.deepEqual(names, ['node-1', 'node-2']);
    const after = await readyPods(kubectl, 'scaled', 'app=web', 6);
    assert.ok(after.every((pod) => pod.spec.nodeName !== 'node-3'));
    const { items } = await kubectl.json<{ items: unknown[] }>([
      'get',
      'pods',
      '-A',
      '--field-selector=spec.nodeName=node-3',
    ]);
    assert.deepEqual(items, []);
  });
});
