import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { containerStatus, Lab } from '../harness/lab.ts';
import { podManifest as pod } from '../harness/manifests.ts';
import { PrivateRegistry } from '../harness/private-registry.ts';

const NODES = ['node-1', 'node-2'];

let lab: Lab;
let registry: PrivateRegistry;
before(async () => {
  const cluster = await ComposeCluster.up(2);
  registry = await PrivateRegistry.start(cluster, NODES);
  const image = await registry.push('node-1', 'busybox:1.36', 'private/box:1');
  lab = await Lab.open(cluster, 'private-registry');
  const login = (name: string, password: string) =>
    lab.run(
      ...['create', 'secret', 'docker-registry', name, `--docker-server=${registry.host}`],
      ...[`--docker-username=${registry.user}`, `--docker-password=${password}`],
    );
  await login('right', registry.password);
  await login('wrong', 'guessed');
  const container = (policy: string) =>
    `containers: [{ name: main, image: "${image}", imagePullPolicy: ${policy}, command: [sh, -c, "echo pulled; sleep 86400"] }]`;
  const secrets = (...names: string[]) => `imagePullSecrets: [${names.map((name) => `{ name: ${name} }`).join(', ')}]`;
  const account = { metadata: { name: 'puller' }, imagePullSecrets: [{ name: 'right' }] };
  await lab.apply(JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', ...account }));
  await lab.apply(
    [
      pod('by-account', `nodeName: node-1\n  serviceAccountName: puller\n  ${container('Always')}`),
      pod('with', `nodeName: node-1\n  ${secrets('absent', 'right')}\n  ${container('Always')}`),
      pod('without', `nodeName: node-2\n  ${container('IfNotPresent')}`),
      pod('wrong', `nodeName: node-2\n  ${secrets('wrong')}\n  ${container('Always')}`),
    ].join(''),
  );
});
after(async () => {
  await lab?.close();
  await registry?.stop(NODES);
});

describe('a private registry', { concurrency: true }, () => {
  test("the pod's imagePullSecrets let it pull", async () => {
    await lab.untilReady('with');
    assert.equal(await lab.logs('with'), 'pulled\n');
    await lab.untilEvent('with', /^Pulled Successfully pulled image "registry\.e2e:5000\/private\/box:1" in \S+/);
    await lab.untilEvent(
      'with',
      /^FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets \(absent\); attempting to pull the image may not succeed\./,
    );
  });

  test("so do its service account's", async () => {
    const [ready] = await lab.untilReady('by-account');
    assert.deepEqual(ready?.spec.imagePullSecrets, [{ name: 'right' }]);
    assert.equal(await lab.logs('by-account'), 'pulled\n');
  });

  test('without credentials it is ErrImagePull, then ImagePullBackOff, in the registry’s words', async () => {
    await lab.untilEvent(
      'without',
      /^Failed Failed to pull image "registry\.e2e:5000\/private\/box:1": .*no basic auth credentials/,
    );
    await lab.untilEvent('without', /^Failed Error: ErrImagePull$/);
    await lab.untilEvent('without', /^BackOff Back-off pulling image "registry\.e2e:5000\/private\/box:1"/);
    const seen = await lab.until('without', (each) =>
      assert.match(containerStatus(each, 'main').state?.waiting?.reason ?? '', /^ImagePullBackOff$/),
    );
    assert.match(
      containerStatus(seen, 'main').state?.waiting?.message ?? '',
      /^Back-off pulling image "registry\.e2e:5000\/private\/box:1"/,
    );
    assert.equal(seen.status?.phase, 'Pending');
  });

  test('a wrong password is refused', async () => {
    await lab.untilEvent('wrong', /^Failed Failed to pull image .*(unauthorized|authentication required)/i);
  });
});
