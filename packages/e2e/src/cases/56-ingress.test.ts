import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ComposeCluster } from '../harness/compose-cluster.ts';
import { run } from '../harness/run.ts';
import { readyPods, webManifest, withNamespace } from '../harness/workload.ts';

const HTTP_PORT =
  process.env['COXSWAIN_HTTP_PORT'] ??
  (process.env['COXSWAIN_PORT'] === undefined ? '8080' : String(Number(process.env['COXSWAIN_PORT']) + 1));

let cluster: ComposeCluster;
before(async () => {
  cluster = await ComposeCluster.up(2);
});

const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  rules:
    - host: shop.example
      http:
        paths:
          - { path: /shop, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }
`;

/** The body, or curl's complaint. */
async function curl(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await run('curl', ['-sS', '--max-time', '5', ...args]);
  return code === 0 ? stdout : stderr;
}

test('a Service of type LoadBalancer is reached at the address of every node', async () => {
  const kubectl = cluster.kubectl();
  await withNamespace(kubectl, 'balanced', async () => {
    await kubectl.apply(
      'balanced',
      webManifest({ replicas: 2 })
        .replace('type: NodePort', 'type: LoadBalancer')
        .replace('port: 80, t', 'port: 8099, t'),
    );
    await readyPods(kubectl, 'balanced', 'app=web', 2);
    const addresses = [await cluster.nodeAddress('node-1'), await cluster.nodeAddress('node-2')].sort();
    await eventually(
      async () => {
        const path = 'jsonpath={.status.loadBalancer.ingress[*].ip}';
        const text = await kubectl.run(['-n', 'balanced', 'get', 'service', 'web', '-o', path]);
        assert.deepEqual(text.split(' ').sort(), addresses);
      },
      { timeout: 30_000, interval: 300 },
    );
    for (const address of addresses)
      await eventually(async () => assert.match(await curl(`http://${address}:8099/`), /^web-/), { timeout: 30_000 });
  });
});

test('an Ingress and SERVICE.NAMESPACE.localhost lead to a Service from this machine', async () => {
  const kubectl = cluster.kubectl();
  await readyPods(kubectl, 'kube-system', 'app=coxswain-ingress', 1, 120_000);
  await withNamespace(kubectl, 'shop', async () => {
    await kubectl.apply('shop', `${webManifest({ replicas: 2 })}---${INGRESS}`);
    await readyPods(kubectl, 'shop', 'app=web', 2);
    await eventually(
      async () => {
        const path = 'jsonpath={.spec.ingressClassName} {.status.loadBalancer.ingress[*].ip}';
        const text = await kubectl.run(['-n', 'shop', 'get', 'ingress', 'shop', '-o', path]);
        const addresses = [await cluster.nodeAddress('node-1'), await cluster.nodeAddress('node-2')].sort();
        assert.equal(text, `coxswain ${addresses.join(' ')}`);
      },
      { timeout: 60_000, interval: 500 },
    );
    for (const node of ['node-1', 'node-2']) {
      const url = `http://${await cluster.nodeAddress(node)}`;
      await eventually(async () => assert.match(await curl('-H', 'Host: shop.example', `${url}/shop`), /^web-/), {
        timeout: 30_000,
      });
      assert.match(await curl('-H', 'Host: shop.example', `${url}/elsewhere`), /404 Not Found/);
    }
    const local = `web.shop.localhost:${HTTP_PORT}`;
    const resolved = ['--resolve', `${local}:127.0.0.1`];
    await eventually(async () => assert.match(await curl(...resolved, `http://${local}/`), /^web-/), {
      timeout: 30_000,
    });
    const missing = `nothing.shop.localhost:${HTTP_PORT}`;
    assert.match(await curl('--resolve', `${missing}:127.0.0.1`, `http://${missing}/`), /no Service of that name/);
  });
});
