import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { withKubeletFlags } from '../harness/kubelet-flags.ts';
import { containerStatus, Lab } from '../harness/lab.ts';
import { busybox, podManifest as pod } from '../harness/manifests.ts';

const NAMESPACE = 'static-pods';
const NODE = 'node-2';
const MANIFEST = '/etc/kubernetes/manifests/e2e-57.yaml';

const staticPod = (name: string, word: string) =>
  pod(
    name,
    `containers: [${busybox('main', `echo ${word}; trap "exit 0" TERM; sleep 86400 & wait`)}]`,
    `namespace: ${NAMESPACE}`,
  );

let lab: Lab;
before(async () => {
  lab = await Lab.open(await ComposeCluster.up(2), NAMESPACE);
});
after(async () => {
  await write(undefined);
  await lab.close();
});

/** Puts the manifest where the node's kubelet looks, whole at once; undefined takes it away. */
async function write(manifest: string | undefined): Promise<void> {
  const script =
    manifest === undefined
      ? `rm -f ${MANIFEST}`
      : `echo '${Buffer.from(manifest).toString('base64')}' | base64 -d > /etc/kubernetes/e2e-57 && mv /etc/kubernetes/e2e-57 ${MANIFEST}`;
  await lab.cluster.inNode(NODE, ['sh', '-c', script]);
}

/** The engine's ids of the containers `main` of a pod that run on the node. */
async function containersOf(name: string): Promise<string[]> {
  const labels = { 'pod.namespace': NAMESPACE, 'pod.name': name, 'container.name': 'main' };
  const filters = Object.entries(labels).flatMap(([key, value]) => ['--filter', `label=io.kubernetes.${key}=${value}`]);
  const ids = await lab.cluster.inNode(NODE, ['docker', 'ps', '-q', '--no-trunc', ...filters]);
  return ids.split('\n').filter((id) => id !== '');
}

const hashOf = async (name: string) => {
  const { annotations = {} } = (await lab.pod(name)).metadata;
  assert.equal(annotations['kubernetes.io/config.mirror'], annotations['kubernetes.io/config.hash']);
  return annotations['kubernetes.io/config.hash'];
};

test('a pod of a file: its mirror comes, comes back, follows the file and goes with it', async () => {
  const name = `filed-${NODE}`;
  await write(staticPod('filed', 'first'));
  const [mirror] = await lab.untilReady(name);
  assert.equal(mirror?.metadata.annotations?.['kubernetes.io/config.source'], 'file');
  assert.deepEqual(
    mirror?.metadata.ownerReferences?.map(({ kind, name: owner }) => [kind, owner]),
    [['Node', NODE]],
  );
  assert.equal(await lab.logs(name), 'first\n');
  assert.equal(await lab.sh(name, 'hostname'), name);
  const [hash, ids] = [await hashOf(name), await containersOf(name)];
  assert.equal(ids.length, 1);
  assert.match(containerStatus(await lab.pod(name), 'main').containerID ?? '', new RegExp(`${ids[0]}$`));

  // The API only shows it: whoever deletes the mirror gets another, and the pod doesn't notice.
  await lab.run('delete', 'pod', name, '--wait=false');
  await lab.until(name, ({ metadata, status }) => {
    assert.notEqual(metadata.uid, mirror?.metadata.uid);
    assert.equal(status?.phase, 'Running');
  });
  assert.deepEqual([await hashOf(name), await containersOf(name)], [hash, ids]);

  await write(staticPod('filed', 'second'));
  await eventually(async () => assert.equal(await lab.logs(name), 'second\n'), { timeout: 60_000, interval: 500 });
  await lab.untilReady(name);
  assert.notEqual(await hashOf(name), hash);
  assert.equal((await containersOf(name)).filter((id) => !ids.includes(id)).length, 1);

  // A manifest that can't be read leaves the pod as it is.
  const running = await containersOf(name);
  await write('kind: Pod\napiVersion: v1\nmetadata: { name: filed }\nspec: { containers: [] }\n');
  await write('');
  await write(staticPod('filed', 'second'));
  await lab.untilReady(name);
  assert.deepEqual(await containersOf(name), running);

  await write(undefined);
  await lab.untilGone(name);
  assert.deepEqual(await containersOf(name), []);
});

test('pods of a URL come, follow it, and go when the kubelet is told of no URL', async () => {
  const name = `fetched-${NODE}`;
  const served = (word: string) => staticPod('fetched', word).replace(/^---\n/m, '');
  await lab.apply(
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: served }\ndata: { pods: ${JSON.stringify(served('from the web'))} }\n${pod(
      'web',
      `nodeName: ${NODE}
  volumes: [{ name: c, configMap: { name: served } }]
  containers: [{ name: web, image: "nginx:1.27", volumeMounts: [{ name: c, mountPath: /usr/share/nginx/html }], readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 } }]`,
    )}`,
  );
  const [web] = await lab.untilReady('web');
  const flags = [`--manifest-url=http://${web?.status?.podIP}/pods`, '--http-check-frequency=1s'];
  await withKubeletFlags(lab.cluster, NODE, [...flags, '--manifest-url-header=X-Who:kubelet'], async () => {
    const [mirror] = await lab.untilReady(name);
    assert.equal(mirror?.metadata.annotations?.['kubernetes.io/config.source'], 'http');
    assert.equal(await lab.logs(name), 'from the web\n');
    const changed = JSON.stringify({ data: { pods: served('changed') } });
    await lab.run('patch', 'configmap', 'served', '--type=merge', '-p', changed);
    await eventually(async () => assert.equal(await lab.logs(name), 'changed\n'), { timeout: 90_000, interval: 500 });
  });
  await lab.untilGone(name);
  await eventually(async () => assert.deepEqual(await containersOf(name), []), { timeout: 30_000, interval: 500 });
});
