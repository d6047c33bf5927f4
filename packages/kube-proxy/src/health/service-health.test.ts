import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { endpointAt, sampleRule } from '../testing/sample-rule.ts';
import { planHealthChecks } from './plan-health-checks.ts';
import { ServiceHealthServers } from './service-health-servers.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('ready endpoints of this node count, each address once', () => {
  const extra = { externalPolicyLocal: true, healthCheckNodePort: 32_000 };
  const endpoints = [
    endpointAt('10.0.0.1:80'),
    endpointAt('10.0.0.2:80', { local: false }),
    endpointAt('10.0.0.3:80', { ready: false }),
  ];
  const rules = [sampleRule(endpoints, extra), sampleRule(['10.0.0.1:81'], { ...extra, portName: 'other' })];
  const checks = planHealthChecks({
    services: new Map([
      ['default/web', rules],
      ['default/plain', [sampleRule(['10.0.0.1:80'])]],
    ]),
  });
  assert.deepEqual([...checks.values()], [{ service: 'default/web', port: 32_000, localEndpoints: 1 }]);
});

test('200 with endpoints, 503 without or when the proxy is behind, nothing when it is gone', async () => {
  let healthy = true;
  const servers = new ServiceHealthServers({ log: silentLogger(), proxyHealthy: () => healthy });
  const port = await freePort();
  const put = (localEndpoints: number) => servers.sync(new Map([['a/b', { service: 'a/b', port, localEndpoints }]]));
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/any`);
    return { status: response.status, body: await response.json() };
  };
  put(2);
  const service = { namespace: 'a', name: 'b' };
  await eventually(async () =>
    assert.deepEqual(await ask(), { status: 200, body: { service, localEndpoints: 2, serviceProxyHealthy: true } }),
  );
  put(0);
  assert.equal((await ask()).status, 503);
  put(1);
  healthy = false;
  assert.equal((await ask()).status, 503);
  servers.sync(new Map());
  await assert.rejects(ask());
});
