import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import {
  type ConfigMap,
  configMapKind,
  isConflict,
  isGone,
  isNotFound,
  namespaceKind,
  StatusError,
} from '@coxswain/api';
import type { WatchEvent } from '../api-client.ts';
import { isConnectionError } from './connection-error.ts';
import { createApiClient } from './create-api-client.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (seen: Seen, response: ServerResponse) => void;

async function serve(answer: Answer) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: Buffer.concat(chunks).toString() };
    seen.push(entry);
    answer(entry, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createApiClient({ server: url, token: 'secret', userAgent: 'test/1' });
  return {
    seen,
    client,
    [Symbol.asyncDispose]: async () => {
      client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const map: ConfigMap = { metadata: { name: 'm', namespace: 'a' } };

test('each verb is the right request', async () => {
  await using server = await serve((_, response) => json(response, 200, { metadata: {}, items: [{ metadata: {} }] }));
  const maps = server.client.resource(configMapKind);
  await maps.get('m', { namespace: 'a' });
  const { items } = await maps.list({ namespace: 'a', labelSelector: 'a in (b,c)', limit: 5, resourceVersion: '0' });
  assert.equal(items[0]?.kind, 'ConfigMap');
  await maps.list();
  await maps.create(map, { fieldManager: 'me' });
  await maps.update(map);
  await maps.updateStatus(map, { dryRun: true });
  await maps.patch('m', { type: 'strategic', body: { data: null } }, { namespace: 'a', subresource: 'status' });
  await maps.patch('m', { type: 'apply', body: {} }, { namespace: 'a', fieldManager: 'me', force: true });
  await maps.delete('m', { namespace: 'a', gracePeriodSeconds: 0 });
  await maps.deleteCollection({ namespace: 'a', labelSelector: 'x=y' });
  await maps.createSubresource('m', 'eviction', { a: 1 }, { namespace: 'a' });
  await server.client.resource(namespaceKind).get('n');
  await server.client.request('PUT', '/api/v1/namespaces/n/finalize', { body: '{}', query: { a: 'b', c: undefined } });
  const base = '/api/v1/namespaces/a/configmaps';
  assert.deepEqual(
    server.seen.map(({ method, url }) => `${method} ${url}`),
    [
      `GET ${base}/m`,
      `GET ${base}?labelSelector=a%20in%20(b%2Cc)&resourceVersion=0&limit=5`,
      'GET /api/v1/configmaps',
      `POST ${base}?fieldManager=me`,
      `PUT ${base}/m`,
      `PUT ${base}/m/status?dryRun=All`,
      `PATCH ${base}/m/status`,
      `PATCH ${base}/m?fieldManager=me&force=true`,
      `DELETE ${base}/m`,
      `DELETE ${base}?labelSelector=x%3Dy`,
      `POST ${base}/m/eviction`,
      'GET /api/v1/namespaces/n',
      'PUT /api/v1/namespaces/n/finalize?a=b',
    ],
  );
  assert.equal(server.seen[6]?.headers['content-type'], 'application/strategic-merge-patch+json');
  assert.equal(server.seen[6]?.body, '{"data":null}');
  assert.equal(server.seen[8]?.body, '{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0}');
  assert.equal(server.seen[0]?.headers['authorization'], 'Bearer secret');
  assert.equal(server.seen[0]?.headers['user-agent'], 'test/1');
});

test('error answers become StatusErrors, also without a Status', async () => {
  await using server = await serve(({ url }, response) => {
    if (url.endsWith('/gone'))
      json(response, 404, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 });
    else if (url.endsWith('/plain')) response.writeHead(409).end('no');
    else response.writeHead(500).end('boom');
  });
  const maps = server.client.resource(configMapKind);
  await assert.rejects(maps.get('gone', { namespace: 'a' }), isNotFound);
  await assert.rejects(maps.get('plain', { namespace: 'a' }), isConflict);
  await assert.rejects(
    maps.get('x', { namespace: 'a' }),
    (error) => error instanceof StatusError && error.code === 500,
  );
});

test('no answer is a ConnectionError with its cause; abort is the signal’s reason', async () => {
  await using server = await serve(() => {});
  const maps = server.client.resource(configMapKind);
  await assert.rejects(
    maps.get('m', { namespace: 'a', timeoutMs: 30 }),
    (error) => isConnectionError(error) && /no answer within/.test(error.message),
  );
  const reason = new Error('enough');
  await assert.rejects(maps.get('m', { namespace: 'a', signal: AbortSignal.abort(reason) }), reason);
  const later = new AbortController();
  const asking = maps.get('m', { namespace: 'a', signal: later.signal });
  setImmediate(() => later.abort(reason));
  await assert.rejects(asking, reason);
  const nobody = createApiClient({ server: 'http://127.0.0.1:1' }).resource(configMapKind);
  await assert.rejects(
    nobody.get('m', { namespace: 'a' }),
    (error) => isConnectionError(error) && /ECONNREFUSED/.test(error.message),
  );
});

test('a body that stops in the middle is a ConnectionError', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{');
    setImmediate(() => response.destroy());
  });
  await assert.rejects(server.client.resource(configMapKind).get('m', { namespace: 'a' }), isConnectionError);
});

test('Retry-After is honoured within the time-out', async () => {
  let refusals = 2;
  await using server = await serve((_, response) => {
    if (refusals-- > 0) json(response, 429, {}, { 'retry-after': '0' });
    else json(response, 200, map);
  });
  await server.client.resource(configMapKind).get('m', { namespace: 'a' });
  assert.equal(server.seen.length, 3);
});

test('watch gives events as they come, bookmarks, and throws what an ERROR event says', async () => {
  const lines = [
    { type: 'ADDED', object: { metadata: { name: 'ü' } } },
    { type: 'BOOKMARK', object: { metadata: { resourceVersion: '7' } } },
    { type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 } },
  ];
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await using server = await serve(async (_, response) => {
    response.writeHead(200);
    for (const byte of bytes) {
      response.write(Buffer.from([byte]));
      if (byte === 0x0a) await new Promise((resolve) => setImmediate(resolve));
    }
  });
  const events: WatchEvent<ConfigMap>[] = [];
  await assert.rejects(async () => {
    for await (const event of server.client.resource(configMapKind).watch({ resourceVersion: '5' })) events.push(event);
  }, isGone);
  assert.equal(server.seen[0]?.url, '/api/v1/configmaps?watch=true&resourceVersion=5&allowWatchBookmarks=true');
  assert.deepEqual(
    events.map(({ type }) => type),
    ['ADDED', 'BOOKMARK'],
  );
});

test('a watch ends with the stream, throws on abort and on a lost connection', async () => {
  let mode: 'end' | 'hang' | 'break' = 'end';
  await using server = await serve((_, response) => {
    response.writeHead(200).write('{"type":"ADDED","object":{"metadata":{}}}\n');
    if (mode === 'end') response.end();
    if (mode === 'break') setTimeout(() => response.destroy(), 5);
  });
  const maps = server.client.resource(configMapKind);
  let count = 0;
  for await (const _ of maps.watch()) count++;
  assert.equal(count, 1);
  mode = 'hang';
  const abort = new AbortController();
  await assert.rejects(async () => {
    for await (const _ of maps.watch({ signal: abort.signal })) abort.abort(new Error('enough'));
  }, /enough/);
  mode = 'break';
  await assert.rejects(async () => {
    for await (const _ of maps.watch());
  }, isConnectionError);
});
