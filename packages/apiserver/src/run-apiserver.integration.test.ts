import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { type TestCluster, testCluster } from '@coxswain/pki/testing';
import { runApiserver } from './run-apiserver.ts';
import { EtcdServer } from './testing/etcd-server.ts';

let cluster: TestCluster;
let etcd: EtcdServer;
let port = 0;
let controller = new AbortController();
let running: Promise<void> = Promise.resolve();

const file = (name: string) => join(cluster.dir, 'pki', name);
const pem = (name: string) => readFileSync(file(name), 'utf8');
const token = () => pem('tokens.csv').split(',')[0] as string;

async function start(): Promise<void> {
  controller = new AbortController();
  await new Promise<void>((resolve, reject) => {
    running = runApiserver(
      {
        etcdServers: [etcd.url],
        etcdCafile: file('etcd/ca.crt'),
        etcdCertfile: file('apiserver-etcd-client.crt'),
        etcdKeyfile: file('apiserver-etcd-client.key'),
        bindAddress: '127.0.0.1',
        securePort: port,
        advertiseAddress: '127.0.0.1',
        tlsCertFile: file('apiserver.crt'),
        tlsPrivateKeyFile: file('apiserver.key'),
        clientCaFile: file('ca.crt'),
        tokenAuthFile: file('tokens.csv'),
        anonymousAuth: false,
        kubeletClientCertificate: file('apiserver-kubelet-client.crt'),
        kubeletClientKey: file('apiserver-kubelet-client.key'),
        kubeletCertificateAuthority: undefined,
        serviceClusterIpRange: '10.96.0.0/16',
        serviceNodePortRange: '30000-32767',
        eventTtl: 3_600_000,
        serviceAccountIssuer: [],
        serviceAccountKeyFile: [],
        apiAudiences: [],
        serveRemovedVersions: true,
        etcdCompactionInterval: 0,
        maxRequestsInflight: 400,
        maxMutatingRequestsInflight: 200,
        log: silentLogger(),
        onListening: (address) => {
          port = address.port;
          resolve();
        },
      },
      controller.signal,
    );
    running.catch(reject);
  });
  await eventually(async () => assert.equal((await call('GET', '/readyz')).code, 200));
}

async function stop(): Promise<void> {
  controller.abort();
  await running;
}

async function call(
  method: string,
  path: string,
  body?: object,
  options: RequestOptions = { headers: { authorization: `Bearer ${token()}` } },
): Promise<{ code: number; text: string }> {
  const payload = body && JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; text: string }>();
  const outgoing = request(
    {
      host: '127.0.0.1',
      port,
      path,
      method,
      ca: pem('ca.crt'),
      agent: false,
      ...options,
      headers: {
        ...(options.headers as Record<string, string> | undefined),
        ...(payload ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) } : {}),
      },
    },
    (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ code: response.statusCode ?? 0, text }));
      response.on('error', reject);
    },
  );
  outgoing.on('error', reject);
  outgoing.end(payload);
  return promise;
}

before(async () => {
  cluster = await testCluster();
  etcd = await EtcdServer.start({ ca: pem('etcd/ca.crt'), cert: pem('etcd/server.crt'), key: pem('etcd/server.key') });
  await start();
});
after(async () => {
  await stop();
  await etcd?.remove();
  await cluster?.[Symbol.asyncDispose]();
});

const MAPS = '/api/v1/namespaces/default/configmaps';

test('a client certificate of the cluster is let in, a stranger is not', async () => {
  const cert = pem('apiserver-kubelet-client.crt');
  const key = pem('apiserver-kubelet-client.key');
  assert.equal((await call('GET', MAPS, undefined, { cert, key })).code, 200);
  const strange = { cert: pem('apiserver-etcd-client.crt'), key: pem('apiserver-etcd-client.key') };
  assert.equal((await call('GET', MAPS, undefined, strange)).code, 401);
  assert.equal((await call('GET', MAPS, undefined, {})).code, 401);
  assert.equal((await call('GET', '/livez', undefined, {})).code, 200);
});

test('objects survive a restart; revisions go on', async () => {
  assert.equal((await call('POST', MAPS, { metadata: { name: 'kept' }, data: { a: '1' } })).code, 201);
  const before = await call('GET', `${MAPS}/kept`);
  await stop();
  await start();
  assert.equal((await call('GET', `${MAPS}/kept`)).text, before.text);
});

test('shutting down ends watches without an error at the client', async () => {
  const watching = call('GET', `${MAPS}?watch=1`);
  await eventually(async () => {
    const { text } = await call('GET', '/metrics');
    assert.match(text, /apiserver_longrunning_requests\{verb="WATCH"[^}]*\} 1/);
  });
  await stop();
  const { code, text } = await watching;
  assert.equal(code, 200);
  assert.match(text, /"type":"ADDED"/);
  await start();
});

test('etcd away: reads fail fast and all resumes when it is back', async () => {
  await etcd.down();
  const begun = Date.now();
  const { code } = await call('GET', MAPS);
  assert.ok([503, 504].includes(code), String(code));
  assert.ok(Date.now() - begun < 45_000, 'before --request-timeout');
  await etcd.up();
  await eventually(async () => assert.equal((await call('GET', MAPS)).code, 200));
});

test("a pod's log is what its kubelet answers", async () => {
  const asked: string[] = [];
  const kubelet = createServer(
    {
      cert: pem('apiserver.crt'),
      key: pem('apiserver.key'),
      ca: pem('ca.crt'),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (incoming, response) => {
      asked.push(incoming.url ?? '');
      if (incoming.url?.includes('/waiting/')) {
        response.writeHead(400).end('container "c" in pod "waiting" is waiting to start: ContainerCreating');
      } else response.end('line 1\nline 2\n');
    },
  );
  await new Promise<void>((resolve) => kubelet.listen(0, '127.0.0.1', resolve));
  try {
    const kubeletPort = (kubelet.address() as AddressInfo).port;
    await call('POST', '/api/v1/nodes', { metadata: { name: 'n1' } });
    const { text } = await call('GET', '/api/v1/nodes/n1');
    const status = {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    };
    assert.equal((await call('PUT', '/api/v1/nodes/n1/status', { ...JSON.parse(text), status })).code, 200);
    const pods = '/api/v1/namespaces/default/pods';
    for (const name of ['logged', 'waiting'])
      await call('POST', pods, {
        metadata: { name },
        spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
      });
    const log = await call('GET', `${pods}/logged/log?tailLines=2&follow=true`);
    assert.deepEqual([log.code, log.text], [200, 'line 1\nline 2\n']);
    assert.deepEqual(asked, ['/containerLogs/default/logged/c?follow=true&tailLines=2']);
    const waiting = await call('GET', `${pods}/waiting/log`);
    assert.equal(waiting.code, 400);
    assert.equal(
      JSON.parse(waiting.text).message,
      'container "c" in pod "waiting" is waiting to start: ContainerCreating',
    );
  } finally {
    kubelet.close();
    kubelet.closeAllConnections();
  }
});
