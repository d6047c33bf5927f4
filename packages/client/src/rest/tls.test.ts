import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { testCluster } from '@coxswain/pki/testing';
import { loadKubeconfig } from '../config/load-kubeconfig.ts';
import { isConnectionError } from './connection-error.ts';
import { createApiClient } from './create-api-client.ts';

test('a kubeconfig’s authority and client certificate are used; a stranger’s server is refused', async () => {
  await using cluster = await testCluster('https://127.0.0.1:6443');
  await using other = await testCluster('https://127.0.0.1:6443');
  const read = (dir: string, name: string) => readFileSync(join(dir, 'pki', name));
  const serve = async (dir: string) => {
    const tls = { cert: read(dir, 'apiserver.crt'), key: read(dir, 'apiserver.key'), ca: read(cluster.dir, 'ca.crt') };
    const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, ({ socket }, response) => {
      const { authorized } = socket as TLSSocket;
      const { CN } = (socket as TLSSocket).getPeerCertificate().subject;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ authorized, CN }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };
  const ours = await serve(cluster.dir);
  const theirs = await serve(other.dir);
  const config = loadKubeconfig(join(cluster.dir, 'scheduler.conf'));
  const client = createApiClient({ ...config, server: ours.url });
  const misled = createApiClient({ ...config, server: theirs.url });
  try {
    assert.deepEqual(await client.request('GET', '/'), { authorized: true, CN: 'system:kube-scheduler' });
    await assert.rejects(
      misled.request('GET', '/'),
      (error) => isConnectionError(error) && /certificate/.test(error.message),
    );
  } finally {
    client.close();
    misled.close();
    ours.server.close();
    theirs.server.close();
  }
});
