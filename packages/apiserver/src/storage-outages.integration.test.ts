import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { type TestCluster, testCluster } from '@coxswain/pki/testing';
import { ApiClient } from './testing/api-client.ts';
import { ApiserverProcess } from './testing/apiserver-process.ts';
import { EtcdServer } from './testing/etcd-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const QUOTA_BYTES = 2 * 1024 * 1024;

let cluster: TestCluster;
let etcd: EtcdServer;
let server: ApiserverProcess;
let client: ApiClient;

interface Named {
  readonly metadata: { readonly name: string };
}

before(async () => {
  cluster = await testCluster();
  etcd = await EtcdServer.start(undefined, { 'quota-backend-bytes': String(QUOTA_BYTES) });
  server = await ApiserverProcess.start({ dir: cluster.dir, etcd: etcd.url, flags: ['--request-timeout=4s'] });
  client = new ApiClient({ ports: [server.port], ca: server.ca, token: server.token, timeoutMs: 30_000 });
  await eventually(async () => assert.equal((await client.call('GET', '/readyz')).code, 200), { timeout: 60_000 });
});
after(async () => {
  client?.close();
  await server?.down();
  etcd?.signal('SIGCONT');
  await etcd?.remove();
  await cluster?.[Symbol.asyncDispose]();
});

const map = (name: string, text = '') => ({ metadata: { name }, data: { text } });
const create = (name: string, text?: string) => client.call('POST', MAPS, map(name, text));

test('an etcd that hangs: reads and writes give up within the request time-out, readyz names it, all resumes', async () => {
  assert.equal((await create('before')).code, 201);
  etcd.signal('SIGSTOP');
  const answers = await Promise.all([client.call('GET', MAPS), client.call('GET', `${MAPS}/before`), create('lost')]);
  const timeout = 'Timeout: request did not complete within the allotted timeout';
  for (const { json } of answers)
    assert.deepEqual([json.kind, json.code, json.reason, json.message], ['Status', 504, 'Timeout', timeout]);
  const cached = await client.call('GET', `${MAPS}?resourceVersion=0`);
  assert.deepEqual(
    [cached.code, cached.json.items.some((item: Named) => item.metadata.name === 'before')],
    [200, true],
  );
  const ready = await client.call('GET', '/readyz?verbose');
  assert.equal(ready.code, 500);
  assert.match(ready.bytes.toString(), /^\[-\]etcd failed/m);
  assert.equal((await client.call('GET', '/livez?exclude=etcd')).code, 200);

  etcd.signal('SIGCONT');
  await eventually(async () => assert.equal((await client.call('GET', '/readyz')).code, 200), { timeout: 30_000 });
  await eventually(async () => assert.equal((await create('after')).code, 201), { timeout: 30_000 });
});

test('an etcd without space: writes say so, reads and deletes go on, and writes again after the alarm', async () => {
  const maintain = async (path: string, body: object) => {
    const response = await fetch(`${etcd.url}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  };
  const text = 'x'.repeat(200_000);
  let refused = await create('m0', text);
  for (let i = 1; i < 40 && refused.code === 201; i++) refused = await create(`m${i}`, text);
  assert.equal(refused.code, 500);
  assert.match(refused.json.message, /etcdserver: mvcc: database space exceeded/);
  assert.equal((await client.call('GET', `${MAPS}/m0`)).json.data.text, text);

  const { json } = await client.call('GET', MAPS);
  for (const { metadata } of json.items)
    assert.equal((await client.call('DELETE', `${MAPS}/${metadata.name}`)).code, 200, metadata.name);
  const { metadata } = (await client.call('GET', MAPS)).json;
  await maintain('kv/compaction', { revision: metadata.resourceVersion, physical: true });
  await maintain('maintenance/defragment', {});
  const { alarms } = await maintain('maintenance/alarm', { action: 'GET' });
  for (const alarm of alarms) await maintain('maintenance/alarm', { action: 'DEACTIVATE', ...alarm });
  assert.equal((await create('again', text)).code, 201);
});

test('a write under way when the server is told to end is finished and answered', async () => {
  etcd.signal('SIGSTOP');
  const write = create('under-way');
  await eventually(async () => {
    const metrics = (await client.call('GET', '/metrics')).bytes.toString();
    assert.match(metrics, /^apiserver_current_inflight_requests\{request_kind="mutating"\} 1$/m);
  });
  const ended = server.down('SIGTERM');
  await eventually(() => assert.match(server.output, /shutting down/));
  etcd.signal('SIGCONT');
  assert.equal((await write).code, 201);
  assert.equal(await ended, 0, server.output);
});
