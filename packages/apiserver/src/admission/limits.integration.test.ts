import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EtcdStorage } from '../storage/etcd/etcd-storage.ts';
import { EtcdServer } from '../testing/etcd-server.ts';
import { TestApiserver } from '../testing/test-apiserver.ts';

let etcd: EtcdServer;
let storages: EtcdStorage[] = [];
let servers: TestApiserver[] = [];

before(async () => {
  etcd = await EtcdServer.start();
  storages = [0, 1].map(() => new EtcdStorage({ servers: [etcd.url] }));
  servers = storages.map((storage) => new TestApiserver({ wrap: () => storage }));
  for (const server of servers) await server.ready();
});
after(async () => {
  for (const server of servers) await server.close();
  for (const storage of storages) storage.close();
  await etcd.remove();
});

const PODS = '/api/v1/namespaces/default/pods';
const MERGE = { 'content-type': 'application/merge-patch+json' };
/** One server after the other. */
const ask = (i: number, method: string, url: string, body?: unknown, headers: Record<string, string> = {}) =>
  (servers[i % 2] as TestApiserver).request(method, url, { ...(body !== undefined && { body }), headers });
const pod = (name: string) => ({
  metadata: { name, labels: { app: 'a' } },
  spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
});
const count = (codes: readonly number[], code: number) => codes.filter((each) => each === code).length;

test('two servers together keep a quota and a disruption budget', { timeout: 60_000 }, async () => {
  const quotas = '/api/v1/namespaces/default/resourcequotas';
  await ask(0, 'POST', quotas, { metadata: { name: 'q' }, spec: { hard: { pods: '12' } } });
  await ask(0, 'PATCH', `${quotas}/q/status`, { status: { hard: { pods: '12' }, used: { pods: '0' } } }, MERGE);
  // Both servers know it before the race.
  for (const i of [0, 1])
    assert.equal((await ask(i, 'GET', `${quotas}/q?resourceVersion=`)).json.status.hard.pods, '12');
  const made = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(i, 'POST', PODS, pod(`p${i}`))));
  const codes = made.map(({ code }) => code);
  assert.equal(count(codes, 201), 12, String(codes));
  assert.equal((await ask(0, 'GET', `${quotas}/q?resourceVersion=`)).json.status.used.pods, '12');

  const names = made.filter(({ code }) => code === 201).map(({ json }) => json.metadata.name as string);
  const running = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } };
  for (const name of names) await ask(0, 'PATCH', `${PODS}/${name}/status`, running, MERGE);
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  await ask(0, 'POST', budgets, {
    metadata: { name: 'b' },
    spec: { minAvailable: 7, selector: { matchLabels: { app: 'a' } } },
  });
  const status = {
    observedGeneration: 1,
    disruptionsAllowed: 5,
    currentHealthy: 12,
    desiredHealthy: 7,
    expectedPods: 12,
  };
  await ask(0, 'PATCH', `${budgets}/b/status`, { status }, MERGE);
  const evicted = await Promise.all(
    names.map((name, i) =>
      ask(i, 'POST', `${PODS}/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } }),
    ),
  );
  const answers = evicted.map(({ code }) => code);
  assert.equal(count(answers, 201), 5, String(answers));
  assert.equal(count(answers, 429), 7, String(answers));
  const { items } = (await ask(1, 'GET', `${PODS}?resourceVersion=`)).json;
  const going = items.filter((item: { metadata: { deletionTimestamp?: string } }) => item.metadata.deletionTimestamp);
  assert.equal(going.length, 5);
});
