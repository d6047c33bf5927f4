import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { createAuthority, issueCertificate } from '@coxswain/pki';
import { TEST_TOKEN, TestApiserver } from '../testing/test-apiserver.ts';
import { proxiedHeaders } from './proxy-request.ts';

const RESOURCES = [{ name: 'things', singularName: 'thing', namespaced: true, kind: 'Thing', verbs: ['get', 'list'] }];

test('a group behind an APIService is discovered, asked, and told who asks', async (t) => {
  const authority = await createAuthority('things');
  const names = ['things.default.svc'];
  const { certificate, key } = await issueCertificate(authority, { commonName: 'things', usages: ['server'], names });
  const asked: { url: string | undefined; user: unknown; authorization: unknown }[] = [];
  const backend = createServer({ cert: certificate, key }, (request, response) => {
    const { url, headers } = request;
    response.setHeader('content-type', 'application/json');
    if (url === '/apis/things.example.com/v1') return response.end(JSON.stringify({ resources: RESOURCES }));
    if (url === '/openapi/v3') {
      const serverRelativeURL = '/openapi/v3/apis/things.example.com/v1?hash=ABC';
      return response.end(JSON.stringify({ paths: { 'apis/things.example.com/v1': { serverRelativeURL } } }));
    }
    if (url?.startsWith('/openapi/v3/apis/')) return response.end('{"openapi":"3.0.0"}');
    if (url?.includes('watch=1')) {
      response.write('{"type":"ADDED"}\n');
      request.socket.once('close', () => watchesEnded.push(url));
      return undefined;
    }
    asked.push({ url, user: headers['x-remote-user'], authorization: headers.authorization });
    return response.end('{"kind":"Thing"}');
  });
  const watchesEnded: string[] = [];
  backend.on('upgrade', (request, socket) => {
    const { 'x-remote-user': user, authorization } = request.headers;
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.end(`${user} ${authorization} ${request.url}`);
  });
  await new Promise<void>((done) => backend.listen(0, '127.0.0.1', done));
  const server = await new TestApiserver().ready();
  t.after(async () => {
    await server.close();
    backend.closeAllConnections();
    backend.close();
  });
  const { port } = backend.address() as AddressInfo;
  const metadata = { name: 'things', namespace: 'default' };
  const post = async (path: string, body: object) =>
    assert.equal((await server.request('POST', path, { body })).code, 201);
  const spec = {
    service: { ...metadata, port: 443 },
    group: 'things.example.com',
    version: 'v1',
    groupPriorityMinimum: 100,
    versionPriority: 10,
    caBundle: Buffer.from(authority.certificate).toString('base64'),
  };
  const name = 'v1.things.example.com';
  await post('/apis/apiregistration.k8s.io/v1/apiservices', { metadata: { name }, spec });
  const condition = async () => {
    const { json } = await server.request('GET', `/apis/apiregistration.k8s.io/v1/apiservices/${name}`);
    return json.status?.conditions?.[0];
  };
  await eventually(async () => assert.equal((await condition())?.reason, 'ServiceNotFound'));
  const down = await server.request('GET', '/apis/things.example.com/v1/things');
  assert.deepEqual([down.code, down.text], [503, 'service unavailable\n']);

  await post('/api/v1/namespaces/default/services', { metadata, spec: { ports: [{ port: 443 }] } });
  await post('/api/v1/namespaces/default/endpoints', {
    metadata,
    subsets: [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port }] }],
  });
  await server.request('DELETE', '/api/v1/namespaces/default/endpoints/things');
  await post('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'things' } },
    addressType: 'FQDN',
    endpoints: [{ addresses: ['localhost'] }],
    ports: [{ name: '', port }],
  });
  await eventually(async () => assert.equal((await condition())?.reason, 'Passed'));

  const groups = (await server.request('GET', '/apis')).json.groups.map((each: { name: string }) => each.name);
  assert.ok(groups.includes('things.example.com'));
  assert.deepEqual((await server.request('GET', '/apis/things.example.com/v1')).json.resources, RESOURCES);
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const aggregated = (await server.request('GET', '/apis', { headers: { accept } })).json.items;
  assert.equal(aggregated.at(-1).versions[0].resources[0].responseKind.kind, 'Thing');

  const answer = await server.request('GET', '/apis/things.example.com/v1/namespaces/a/things/b?x=1');
  assert.deepEqual([answer.code, answer.json], [200, { kind: 'Thing' }]);
  const url = '/apis/things.example.com/v1/namespaces/a/things/b?x=1';
  assert.deepEqual(asked, [{ url, user: 'admin', authorization: undefined }]);
  assert.equal((await server.request('GET', '/apis/others.example.com/v1/things')).code, 404);

  const { paths } = (await server.request('GET', '/openapi/v3')).json;
  const document = paths['apis/things.example.com/v1'].serverRelativeURL;
  assert.equal(document, '/openapi/v3/apis/things.example.com/v1?hash=ABC');
  assert.deepEqual((await server.request('GET', document)).json, { openapi: '3.0.0' });

  const address = { host: '127.0.0.1', port: await server.listen() };
  const headers = { authorization: `Bearer ${TEST_TOKEN}` };
  const watch = get({ ...address, path: '/apis/things.example.com/v1/things?watch=1', headers });
  const [response] = (await once(watch, 'response')) as [IncomingMessage];
  const [event] = (await once(response, 'data')) as [Buffer];
  assert.equal(event.toString(), '{"type":"ADDED"}\n', 'an event comes before the watch is over');
  watch.destroy();
  await eventually(() => assert.equal(watchesEnded.length, 1));

  const upgraded = get({
    ...address,
    path: '/apis/things.example.com/v1/namespaces/a/things/b/connect',
    headers: { ...headers, connection: 'Upgrade', upgrade: 'websocket' },
  });
  const [, socket, head] = (await once(upgraded, 'upgrade')) as [IncomingMessage, Duplex, Buffer];
  let words = head.toString();
  for await (const part of socket) words += part;
  assert.equal(words, 'admin undefined /apis/things.example.com/v1/namespaces/a/things/b/connect');

  backend.closeAllConnections();
  backend.close();
  await eventually(async () => assert.equal((await condition())?.reason, 'FailedDiscoveryCheck'));
  assert.match((await condition())?.message, /^failing or missing response from /);
  const gone = await server.request('GET', url);
  assert.deepEqual([gone.code, gone.text], [503, 'service unavailable\n']);
});

test('nobody can claim to be another', () => {
  const headers = proxiedHeaders({
    headers: { 'x-remote-user': 'root', 'x-remote-group': 'system:masters', accept: 'a/b', authorization: 'Bearer x' },
    user: { name: 'ann', uid: '', groups: ['crew'], extra: { 'example.com/Scope': ['s'] } },
  });
  assert.deepEqual(headers, {
    accept: 'a/b',
    'x-remote-user': 'ann',
    'x-remote-group': ['crew'],
    'x-remote-extra-example.com%2fscope': ['s'],
  });
});
