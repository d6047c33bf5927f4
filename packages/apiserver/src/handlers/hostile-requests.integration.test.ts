import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { eventually } from '@coxswain/foundation/testing';
import { type TestCluster, testCluster } from '@coxswain/pki/testing';
import { ApiClient } from '../testing/api-client.ts';
import { ApiserverProcess } from '../testing/apiserver-process.ts';
import { EtcdServer } from '../testing/etcd-server.ts';
import { HOSTILE_REQUESTS, MAPS, PODS } from '../testing/hostile-requests.ts';

const ROUNDS = 2;
const MAY_GROW_MB = 150;

let cluster: TestCluster;
let etcd: EtcdServer;
let server: ApiserverProcess;

const newClient = () => new ApiClient({ ports: [server.port], ca: server.ca, token: server.token, timeoutMs: 60_000 });

before(async () => {
  cluster = await testCluster();
  etcd = await EtcdServer.start();
  server = await ApiserverProcess.start({ dir: cluster.dir, etcd: etcd.url });
  const client = newClient();
  await eventually(async () => assert.equal((await client.call('GET', '/readyz')).code, 200), { timeout: 60_000 });
  await client.call('POST', MAPS, { metadata: { name: 'ok' }, data: { a: '1' } });
  await client.call('POST', PODS, { metadata: { name: 'ok' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  client.close();
});
after(async () => {
  await server?.down();
  await etcd?.remove();
  await cluster?.[Symbol.asyncDispose]();
});

/** Each in a connection of its own: a server that gives one up has said so. */
async function ask({ method, url, body, type, headers = {} }: (typeof HOSTILE_REQUESTS)[number]) {
  const client = newClient();
  try {
    return await client.call(method, url, body, { ...(type ? { 'content-type': type } : {}), ...headers });
  } finally {
    client.close();
  }
}

for (const row of HOSTILE_REQUESTS)
  test(`hostile: ${row.name}`, async () => {
    const { code, json, bytes, headers } = await ask(row);
    const message = json?.kind === 'Status' ? json.message : bytes.toString('utf8');
    assert.equal(code, row.code, message.slice(0, 500));
    if (row.reason !== undefined)
      assert.deepEqual([json.kind, json.status, json.reason], ['Status', 'Failure', row.reason]);
    assert.match(message, row.message);
    if (row.warning) assert.match(String(headers['warning']), row.warning);
  });

function residentMb(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

test('hostile requests over and over: the server stays up and its memory comes back', async (t) => {
  const round = async () => {
    for (const row of HOSTILE_REQUESTS) await ask(row);
  };
  await round();
  const before = residentMb();
  for (let i = 0; i < ROUNDS; i++) await round();
  const after = residentMb();
  t.diagnostic(`${before.toFixed(0)} MB after one round, ${after.toFixed(0)} MB after ${ROUNDS} more`);
  assert.ok(after < before + MAY_GROW_MB, `${before} MB became ${after} MB`);
  const client = newClient();
  assert.equal((await client.call('GET', '/readyz')).code, 200);
  assert.equal((await client.call('GET', `${MAPS}/ok`)).json.data.a, '1');
  assert.equal(({} as Record<string, unknown>)['p'], undefined);
  client.close();
});

const MALFORMED: readonly (readonly [name: string, text: string, code: number])[] = [
  [
    'a chunk without a length',
    `POST ${MAPS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n`,
    400,
  ],
  ['two lengths', `POST ${MAPS} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
  [
    'a length and chunks',
    `POST ${MAPS} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na`,
    400,
  ],
  ['a get with a line that is no field', `GET ${MAPS}/ok HTTP/1.1\r\nHost: x\r\nno field\r\n\r\n`, 400],
  [
    'a get with two lengths',
    `GET ${MAPS}/ok HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 9\r\n\r\n`,
    400,
  ],
  ['no HTTP at all', 'hello\r\n\r\n', 400],
];

for (const [name, text, code] of MALFORMED)
  test(`malformed: ${name}`, async () => {
    const answer = await raw(text.replace('Host: x', `Host: x\r\nAuthorization: Bearer ${server.token}`));
    assert.match(answer, new RegExp(`^HTTP/1.1 ${code} `));
    assert.equal(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)).kind, 'Status');
  });

/** Sends the text as it is and reads to the end of the connection. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: server.port, ca: server.ca });
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write(text);
  });
}
