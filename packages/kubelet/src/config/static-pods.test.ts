import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Pod, podKind } from '@coxswain/api';
import { eventually } from '@coxswain/foundation/testing';
import { buildPod } from '../testing/build-pod.ts';
import { startTestKubelet } from '../testing/start-test-kubelet.ts';
import { readManifest } from './read-manifests.ts';

const manifest = (name: string, image = 'busybox:1.36') =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n  - name: main\n    image: ${image}\n`;
const options = { nodeName: 'node-1', origin: '/m/web.yaml', source: 'file' as const, now: 0 };
const isReady = (pod: Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

it('makes a manifest a pod of this node', () => {
  const [pod] = readManifest(manifest('web'), options);
  assert.equal(pod?.metadata.name, 'web-node-1');
  assert.equal(pod?.metadata.namespace, 'default');
  assert.equal(pod?.spec.nodeName, 'node-1');
  assert.equal(pod?.spec.restartPolicy, 'Always');
  assert.deepEqual(pod?.spec.tolerations, [{ operator: 'Exists', effect: 'NoExecute' }]);
  assert.equal(readManifest(manifest('web'), options)[0]?.metadata.uid, pod?.metadata.uid);
  assert.notEqual(readManifest(manifest('web', 'other'), options)[0]?.metadata.uid, pod?.metadata.uid);
});

for (const text of ['', 'kind: Pod', 'apiVersion: v1\nkind: Service', manifest('Bad_Name'), ': {'])
  it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => assert.throws(() => readManifest(text, options)));

it('refuses a pod that needs something of the API', () => {
  const text = `${manifest('web')}  volumes:\n  - name: v\n    secret: { secretName: s }\n`;
  assert.throws(() => readManifest(text, options), /^Error: static pods may not reference secrets$/);
});

it('runs pods of files, mirrors them, and follows the files', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'manifests-'));
  t.after(() => rm(folder, { recursive: true }));
  const put = async (text: string) => {
    await writeFile(join(folder, '.new'), text);
    await rename(join(folder, '.new'), join(folder, 'web.yaml'));
  };
  await put(manifest('web'));
  await mkdir(join(folder, 'not-a-file'));
  const kubelet = await startTestKubelet({ kubelet: { staticPodPath: folder, fileCheckFrequency: 100 } });
  t.after(() => kubelet.stop());
  const { until, runtime, api, pod } = kubelet;
  const mirror = await until('default/web-node-1', isReady);
  assert.equal(mirror.metadata.annotations?.['kubernetes.io/config.source'], 'file');
  assert.equal(mirror.metadata.ownerReferences?.[0]?.kind, 'Node');
  assert.equal(runtime.sandboxes.size, 1);
  const hash = mirror.metadata.annotations?.['kubernetes.io/config.mirror'];
  // Deleting the mirror doesn't end the pod.
  await api.resource(podKind).delete('web-node-1', { namespace: 'default' });
  const again = await until(
    'default/web-node-1',
    (found) => found.metadata.uid !== mirror.metadata.uid && isReady(found),
  );
  assert.equal(again.metadata.annotations?.['kubernetes.io/config.mirror'], hash);
  assert.equal(runtime.calls.filter(({ rpc }) => rpc === 'runPodSandbox').length, 1);
  // A changed file is another pod; a broken one changes nothing.
  await put(manifest('web', 'busybox:2'));
  await until('default/web-node-1', (found) => found.spec.containers[0]?.image === 'busybox:2' && isReady(found));
  await eventually(() => runtime.sandboxes.size === 1);
  await put('kind: [');
  await rm(join(folder, 'web.yaml'));
  await eventually(() => pod('default/web-node-1') === undefined && runtime.sandboxes.size === 0);
});

it('runs pods of a URL', async (t) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers['x-who'] as string);
    response.end(manifest('remote'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubelet = await startTestKubelet({
    kubelet: {
      staticPodURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      staticPodURLHeader: { 'X-Who': 'me' },
    },
  });
  t.after(async () => {
    await kubelet.stop();
    server.closeAllConnections();
    server.close();
  });
  const mirror = await kubelet.until('default/remote-node-1', isReady);
  assert.equal(mirror.metadata.annotations?.['kubernetes.io/config.source'], 'http');
  assert.equal(seen[0], 'me');
});

it('runs a pod of the API that claims to be of a file, as what it is', async (t) => {
  const kubelet = await startTestKubelet();
  t.after(() => kubelet.stop());
  const annotations = { 'kubernetes.io/config.source': 'file' };
  kubelet.api.add(podKind, buildPod('claims', {}, { annotations }));
  await kubelet.until('default/claims', isReady);
  await kubelet.api.resource(podKind).delete('claims', { namespace: 'default' });
  await eventually(() => kubelet.pod('default/claims') === undefined && kubelet.runtime.sandboxes.size === 0);
});
