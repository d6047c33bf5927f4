import assert from 'node:assert/strict';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { apiServiceKind, endpointSliceKind, nodeKind, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { createAuthority, issueCertificate } from '@coxswain/pki';
import { parseResourceMetrics } from './parse-resource-metrics.ts';
import { runMetricsServer } from './run-metrics-server.ts';
import { UsageStore } from './usage-store.ts';

const text = (cpu: number) => `# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{container="web",namespace="default",pod="a"} ${cpu}
container_memory_working_set_bytes{container="web",namespace="default",pod="a"} 2.097152e+06
container_memory_working_set_bytes{container="half",namespace="default",pod="b"} 1
node_cpu_usage_seconds_total ${cpu * 2}
node_memory_working_set_bytes 1048576
`;

test('CPU is the rate between two scrapes', () => {
  const usage = new UsageStore();
  usage.add('n', parseResourceMetrics(text(10), 0));
  assert.equal(usage.node('n'), undefined);
  usage.add('n', parseResourceMetrics(text(10.5), 10_000));
  assert.deepEqual(usage.node('n')?.usage, { cpu: '100000000n', memory: '1024Ki' });
  assert.deepEqual(usage.pod('n', 'default/a'), {
    at: 10_000,
    windowMs: 10_000,
    containers: [{ name: 'web', usage: { cpu: '50000000n', memory: '2048Ki' } }],
  });
  assert.equal(usage.pod('n', 'default/b'), undefined);
  usage.add('n', parseResourceMetrics(text(1), 20_000));
  assert.equal(usage.pod('n', 'default/a'), undefined, 'the counter began anew');
  usage.keep(new Set());
  assert.equal(usage.nodes, 0);
});

test('kubelets are asked, the front proxy is answered, others are not', async (t) => {
  const authority = await createAuthority('test');
  const issue = (commonName: string, usage: 'server' | 'client') =>
    issueCertificate(authority, { commonName, usages: [usage], names: ['127.0.0.1', 'localhost'] });
  const kubeletPair = await issue('node', 'server');
  let cpu = 0;
  const kubelet = createServer({ cert: kubeletPair.certificate, key: kubeletPair.key }, (_, response) => {
    cpu += 0.01;
    response.end(text(cpu));
  });
  await new Promise<void>((done) => kubelet.listen(0, '127.0.0.1', done));
  const client = new FakeApiClient();
  client.add(nodeKind, {
    metadata: { name: 'n', labels: { zone: 'x' } },
    spec: {},
    status: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: (kubelet.address() as AddressInfo).port } },
    },
  });
  client.add(podKind, {
    metadata: { name: 'a', namespace: 'default', labels: { app: 'a' } },
    spec: { nodeName: 'n', containers: [{ name: 'web' }] },
  });
  const stop = new AbortController();
  const running = runMetricsServer(
    {
      client,
      log: silentLogger(),
      host: '127.0.0.1',
      port: 0,
      clientCa: authority.certificate,
      kubelet: { ca: authority.certificate, insecure: false },
      resolutionMs: 50,
      registerAddress: '127.0.0.1',
    },
    stop.signal,
  );
  t.after(async () => {
    stop.abort(new Error('test is over'));
    client.close();
    await running;
    kubelet.closeAllConnections();
    kubelet.close();
  });
  const service = await eventually(() => {
    const found = client.object(apiServiceKind, 'v1beta1.metrics.k8s.io');
    assert.ok(found);
    return found;
  });
  const slice = client.object(endpointSliceKind, 'kube-system/metrics-server');
  const port = slice?.ports?.[0]?.port ?? 0;
  const proxy = await issue('front-proxy-client', 'client');
  const get = (path: string, known = true) =>
    new Promise<{ code: number; body: string }>((resolve, reject) => {
      const ca = Buffer.from(String(service.spec.caBundle), 'base64');
      const who = known ? { cert: proxy.certificate, key: proxy.key } : {};
      const headers = { 'x-remote-user': 'admin' };
      const servername = 'metrics-server.kube-system.svc';
      request({ host: '127.0.0.1', port, path, ca, servername, headers, agent: false, ...who }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ code: response.statusCode ?? 0, body }));
      })
        .on('error', reject)
        .end();
    });
  const root = '/apis/metrics.k8s.io/v1beta1';
  await eventually(async () => {
    const { items } = JSON.parse((await get(`${root}/nodes?labelSelector=zone%3Dx`)).body);
    assert.match(items[0].usage.cpu, /^\d+n$/);
  });
  const { items } = JSON.parse((await get(`${root}/namespaces/default/pods`)).body);
  assert.equal(items[0].containers[0].usage.memory, '2048Ki');
  assert.equal(JSON.parse((await get(`${root}/namespaces/default/pods/a`)).body).kind, 'PodMetrics');
  assert.deepEqual(JSON.parse((await get(`${root}/pods?labelSelector=app%3Db`)).body).items, []);
  assert.equal((await get(`${root}/nodes/other`)).code, 404);
  assert.equal((await get(root)).code, 200);
  assert.equal((await get(root, false)).code, 401);
  assert.equal((await get('/readyz', false)).code, 200);
});
