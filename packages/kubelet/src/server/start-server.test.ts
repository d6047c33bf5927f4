import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { it } from 'node:test';
import type { PodStatus } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { createMetrics, silentLogger, systemClock } from '@coxswain/foundation';
import { temporaryFolder } from '@coxswain/foundation/testing';
import { ensureNodeCredentials } from '@coxswain/pki';
import { testCluster } from '@coxswain/pki/testing';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { ServerAccess } from './server-access.ts';
import { startKubeletServer } from './start-server.ts';

it('serves logs over TLS to clients with a certificate, and to no one else', async () => {
  await using cluster = await testCluster();
  const node = temporaryFolder('node');
  await ensureNodeCredentials({ dir: cluster.dir, to: node, nodeName: 'node-1', server: 'https://127.0.0.1:6443' });
  const logs = temporaryFolder('logs');

  const runtime = new FakeRuntime({ images: ['busybox:1.36'] });
  const cri = loopbackClient(runtime.handlers);
  const labels = {
    'io.kubernetes.pod.name': 'web',
    'io.kubernetes.pod.namespace': 'default',
    'io.kubernetes.pod.uid': 'u-web',
  };
  const { podSandboxId } = await cri.runPodSandbox({
    config: { metadata: { name: 'web' }, logDirectory: logs, labels },
  });
  const config = {
    metadata: { name: 'main' },
    image: { image: 'busybox:1.36' },
    logPath: '0.log',
    labels: { ...labels, 'io.kubernetes.container.name': 'main' },
  };
  const { containerId } = await cri.createContainer({
    podSandboxId,
    config,
    sandboxConfig: { metadata: { name: 'web' }, logDirectory: logs },
  });
  await cri.startContainer({ containerId });
  await symlink('/etc/passwd', join(logs, 'out'));
  await writeFile(join(logs, '0.log'), '2026-01-01T00:00:01Z stdout F hello\n2026-01-01T00:00:02Z stdout F world\n');

  // As the API has it: administrators may do everything, the account may read metrics.
  const api = new FakeApiClient();
  const reviewed: string[] = [];
  api.react('create', 'tokenreviews', ({ body }) => {
    const { token } = (body as { spec: { token: string } }).spec;
    reviewed.push(token);
    const user = { username: 'system:serviceaccount:default:reader', groups: ['system:serviceaccounts'] };
    return { status: token === 'good' ? { authenticated: true, user } : { authenticated: false } };
  });
  api.react('create', 'subjectaccessreviews', ({ body }) => {
    const { user, groups, resourceAttributes } = (
      body as { spec: { user: string; groups: string[]; resourceAttributes: { subresource: string; name: string } } }
    ).spec;
    reviewed.push(`${user} ${resourceAttributes.subresource} of ${resourceAttributes.name}`);
    return { status: { allowed: groups.includes('system:masters') || resourceAttributes.subresource === 'metrics' } };
  });
  const stop = new AbortController();
  const pod = buildPod('web', { containers: [buildContainer('main'), buildContainer('late')] });
  const status = (name: string, more: object) => ({
    name,
    ready: false,
    restartCount: 0,
    image: '',
    imageID: '',
    ...more,
  });
  const statuses: PodStatus = {
    containerStatuses: [
      status('main', { state: { running: {} }, containerID: `fake://${containerId}` }),
      status('late', { state: { waiting: { reason: 'ContainerCreating' } } }),
    ],
  };
  const { port } = await startKubeletServer(
    {
      host: '127.0.0.1',
      port: 0,
      tlsCertFile: join(node, 'pki/kubelet.crt'),
      tlsPrivateKeyFile: join(node, 'pki/kubelet.key'),
      clientCaFile: join(node, 'pki/ca.crt'),
      access: new ServerAccess({ tokens: true, mode: 'Webhook', client: api, clock: systemClock, nodeName: 'node-1' }),
      cri,
      clock: systemClock,
      log: silentLogger(),
      metrics: createMetrics({ defaults: false }),
      checks: [],
      nodeName: 'node-1',
      systemLogs: logs,
      pods: () => [pod],
      statusOf: () => statuses,
    },
    stop.signal,
  );
  const ca = await readFile(join(node, 'pki/ca.crt'));
  const cert = await readFile(join(cluster.dir, 'pki/apiserver-kubelet-client.crt'));
  const key = await readFile(join(cluster.dir, 'pki/apiserver-kubelet-client.key'));
  const fetchText = (path: string, credentials: object = { cert, key }) =>
    new Promise<string>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, ca, agent: false, ...credentials }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(`${response.statusCode} ${text}`));
      }).on('error', reject);
    });

  const bearing = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  assert.equal(await fetchText('/healthz', {}), '401 Unauthorized');
  assert.equal(await fetchText('/metrics', bearing('bad')), '401 Unauthorized');
  assert.match(await fetchText('/metrics', bearing('good')), /^200 /);
  assert.match(await fetchText('/metrics', bearing('good')), /^200 /);
  assert.equal(
    await fetchText('/pods', bearing('good')),
    '403 Forbidden (user=system:serviceaccount:default:reader, verb=get, resource=nodes, subresource(s)=[pods proxy])\n',
  );
  assert.deepEqual(reviewed, [
    'bad',
    'good',
    ...['metrics', 'pods', 'proxy'].map((each) => `system:serviceaccount:default:reader ${each} of node-1`),
  ]);
  assert.equal(await fetchText('/healthz'), '200 ok');
  assert.equal(await fetchText('/containerLogs/default/web/main'), '200 hello\nworld\n');
  assert.equal(await fetchText('/containerLogs/default/web/main?tailLines=1'), '200 world\n');
  assert.equal(
    await fetchText('/containerLogs/default/web/late'),
    '400 container "late" in pod "web" is waiting to start: ContainerCreating',
  );
  assert.equal(
    await fetchText('/containerLogs/default/web/main?previous=true'),
    '400 previous terminated container "main" in pod "web" not found',
  );
  assert.equal(await fetchText('/containerLogs/default/none/main'), '404 pod "none" does not exist\n');
  assert.match(await fetchText('/pods'), /"kind":"PodList"/);
  assert.match(
    await fetchText('/runningpods/'),
    /^200 .*"items":\[\{"metadata":\{"name":"web","namespace":"default","uid":"u-web"\},"spec":\{"containers":\[\{"name":"main"/,
  );
  assert.equal(await fetchText('/healthz/log', bearing('good')).then((text) => text.slice(0, 3)), '403');
  assert.equal(await fetchText('/healthz/log'), '200 ok');
  assert.equal(await fetchText('/healthz/none'), '404 404 page not found\n');
  assert.equal(await fetchText('/logs/'), '200 <pre>\n<a href="0.log">0.log</a>\n<a href="out">out</a>\n</pre>\n');
  assert.match(await fetchText('/logs/0.log'), /^200 2026-01-01T00:00:01Z stdout F hello/);
  for (const path of ['/logs/out', '/logs/..%2f..%2fetc/passwd', '/logs/none'])
    assert.equal(await fetchText(path), '404 404 page not found\n', path);
  assert.match(await fetchText('/exec/default/web/main'), /^400 Upgrade request required/);

  const following = fetchText('/containerLogs/default/web/main?follow=true&tailLines=1');
  runtime.exit(containerId, 0);
  assert.equal(await following, '200 world\n');
  stop.abort();
});
