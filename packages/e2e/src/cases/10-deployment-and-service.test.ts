import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import {
  answersFromAll,
  clientManifest,
  curl,
  readyPods,
  webManifest,
  wgetFromPod,
  withNamespace,
} from '../harness/workload.ts';

let cluster: ComposeCluster;
before(async () => {
  cluster = await ComposeCluster.up(2);
});

test('a Deployment of three behind a Service answers by ClusterIP from every node and by NodePort from outside', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'first-light', async () => {
    await kubectl.apply('first-light', webManifest({ replicas: 3 }));
    for (const node of ['node-1', 'node-2']) await kubectl.apply('first-light', clientManifest(`client-${node}`, node));

    const web = await readyPods(kubectl, 'first-light', 'app=web', 3);
    assert.deepEqual(
      [...new Set(web.map((pod) => pod.spec.nodeName))].sort(),
      ['node-1', 'node-2'],
      'spread over both',
    );
    await readyPods(kubectl, 'first-light', 'app=client', 2);

    const names = web.map((pod) => pod.metadata.name);
    const { spec } = await kubectl.json<{ spec: { clusterIP: string; ports: { nodePort: number }[] } }>([
      '-n',
      'first-light',
      'get',
      'service',
      'web',
    ]);
    for (const node of ['node-1', 'node-2'])
      await answersFromAll(
        () => wgetFromPod(cluster, node, 'first-light', `client-${node}`, `http://${spec.clusterIP}/`),
        names,
      );
    for (const node of ['node-1', 'node-2']) {
      const address = await cluster.nodeAddress(node);
      await answersFromAll(() => curl(`http://${address}:${spec.ports[0]?.nodePort}/`), names);
    }
  });
});

test('a changed ConfigMap reaches the files of running pods', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'config', async () => {
    await kubectl.apply('config', webManifest({ replicas: 1 }));
    const [web] = await readyPods(kubectl, 'config', 'app=web', 1);
    assert.ok(web);
    await kubectl.run([
      '-n',
      'config',
      'patch',
      'configmap',
      'web',
      '--type=merge',
      '-p',
      '{"data":{"note":"changed"}}',
    ]);
    const { eventually } = await import('@coxswain/foundation/testing');
    await eventually(
      async () => {
        const file = ['cat', '/etc/nginx/conf.d/note'];
        assert.equal(
          await cluster.inPod(web.spec.nodeName ?? '', 'config', web.metadata.name, 'nginx', file),
          'changed',
        );
      },
      { timeout: 90_000, interval: 1000 },
    );
  });
});
