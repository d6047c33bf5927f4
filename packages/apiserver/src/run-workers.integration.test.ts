import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { type TestCluster, testCluster } from '@coxswain/pki/testing';
import { ApiClient } from './testing/api-client.ts';
import { ApiserverProcess } from './testing/apiserver-process.ts';
import { EtcdServer } from './testing/etcd-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const CLIENTS = 6;

let cluster: TestCluster;
let etcd: EtcdServer;
let server: ApiserverProcess;
let clients: ApiClient[] = [];

/** Each with connections of its own, which are handed out to the workers in turn. */
const newClients = () =>
  Array.from({ length: CLIENTS }, () => new ApiClient({ ports: [server.port], ca: server.ca, token: server.token }));

before(async () => {
  cluster = await testCluster();
  etcd = await EtcdServer.start();
  server = await ApiserverProcess.start({ dir: cluster.dir, etcd: etcd.url, flags: ['--workers=2'] });
  await eventually(() => connectToBoth(), { timeout: 60_000 });
});
after(async () => {
  for (const client of clients) client.close();
  await server?.down();
  await etcd?.remove();
  await cluster?.[Symbol.asyncDispose]();
});

/** Connections stay with their worker, so there have to be new ones for one that came later. */
async function connectToBoth(gone?: number): Promise<void> {
  for (const client of clients) client.close();
  clients = newClients();
  for (const client of clients) assert.equal((await client.call('GET', '/readyz')).code, 200);
  const alive = await pids();
  assert.ok(alive.size === 2 && !alive.has(gone ?? 0), `${[...alive]} answer`);
}

/** The processes that have answered. */
async function pids(): Promise<Set<number>> {
  const answers = await Promise.all(clients.map((client) => client.call('GET', '/metrics').catch(() => undefined)));
  const found = answers.map((answer) => /^coxswain_worker_pid (\d+)$/m.exec(answer?.bytes.toString() ?? '')?.[1]);
  return new Set(found.filter((pid) => pid !== undefined).map(Number));
}

test('connections are shared out, and whoever is asked has seen every acknowledged write', async () => {
  for (let i = 0; i < 30; i++) {
    const writer = clients[i % CLIENTS] as ApiClient;
    const made = await writer.call('POST', MAPS, { metadata: { name: `m${i}` }, data: { i: String(i) } });
    assert.equal(made.code, 201);
    const read = await Promise.all(clients.map((client) => client.call('GET', `${MAPS}/m${i}`)));
    assert.deepEqual(
      read.map(({ code }) => code),
      Array(CLIENTS).fill(200),
    );
  }
});

test('watches of every worker see the writes of all; a killed worker is replaced; the end is clean', async () => {
  const ending = new AbortController();
  const seen = clients.map(() => new Set<string>());
  const ends: string[] = [];
  const watch = async (client: ApiClient, i: number) => {
    for await (const { type, object } of client.watch(`${MAPS}?watch=1`, ending.signal)) {
      if (type === 'ERROR') ends.push(`error ${JSON.stringify(object)}`);
      else seen[i]?.add(object.metadata.name);
    }
    ends.push('end');
  };
  const watching = clients.map(watch);
  await eventually(() => assert.ok(seen.every((names) => names.size >= 30)));
  for (let i = 0; i < 4; i++) await clients[i]?.call('POST', MAPS, { metadata: { name: `w${i}` } });
  await eventually(() => assert.ok(seen.every((names) => [0, 1, 2, 3].every((i) => names.has(`w${i}`)))));

  const [victim] = [...(await pids())];
  process.kill(victim as number, 'SIGKILL');
  await eventually(() => assert.ok(ends.length > 0, 'no watch has ended'));
  await eventually(() => connectToBoth(victim), { timeout: 60_000 });
  assert.equal((await clients[0]?.call('POST', MAPS, { metadata: { name: 'after' } }))?.code, 201);
  for (const client of clients) assert.equal((await client.call('GET', `${MAPS}/after`)).code, 200);

  const last = clients.map((client, i) => watch(client, i));
  await eventually(() => assert.ok(seen.every((names) => names.has('after'))));
  assert.equal(await server.down('SIGTERM'), 0, server.output);
  await Promise.all([...watching, ...last]);
  assert.deepEqual(
    ends.filter((end) => end !== 'end'),
    [],
  );
});
