import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const api = new TestApiserver();
before(() => api.ready());
after(() => api.close());

let namespace = '';
const url = (plural: string, rest = '') =>
  `${plural === 'pods' ? '/api/v1' : '/apis/policy/v1'}/namespaces/${namespace}/${plural}${rest}`;

async function enter(name: string): Promise<void> {
  namespace = name;
  await api.request('POST', '/api/v1/namespaces', { body: { metadata: { name } } });
}

interface PodState {
  readonly phase?: string;
  readonly ready?: boolean;
}

async function pod(name: string, { phase = 'Running', ready = true }: PodState = {}): Promise<void> {
  const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] };
  await api.request('POST', url('pods'), { body: { metadata: { name, labels: { app: 'a' } }, spec } });
  const status = { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
  const answer = await api.request('PATCH', url('pods', `/${name}/status`), {
    body: { status },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  assert.equal(answer.code, 200, answer.text);
}

async function budget(name: string, status: object, spec: object = {}): Promise<void> {
  const body = { metadata: { name }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } }, ...spec } };
  assert.equal((await api.request('POST', url('poddisruptionbudgets'), { body })).code, 201);
  await api.request('PATCH', url('poddisruptionbudgets', `/${name}/status`), {
    body: { status: { observedGeneration: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, ...status } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
}

const evict = (name: string, more: object = {}) =>
  api.request('POST', url('pods', `/${name}/eviction`), {
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name }, ...more },
  });
const read = async (plural: string, name: string) => (await api.request('GET', url(plural, `/${name}`))).json;

test('an eviction withdraws from the budget and marks the pod', async () => {
  await enter('plain');
  await pod('p');
  await budget('b', { disruptionsAllowed: 1 });
  const answer = await evict('p', { deleteOptions: { gracePeriodSeconds: 5 } });
  assert.equal(answer.code, 201, answer.text);
  const { metadata, status } = await read('pods', 'p');
  assert.equal(metadata.deletionGracePeriodSeconds, 5);
  const target = status.conditions.find(({ type }: { type: string }) => type === 'DisruptionTarget');
  assert.equal(target.reason, 'EvictionByEvictionAPI');
  const { status: left } = await read('poddisruptionbudgets', 'b');
  assert.equal(left.disruptionsAllowed, 0);
  assert.deepEqual(Object.keys(left.disruptedPods), ['p']);
  assert.equal(left.conditions[0].reason, 'InsufficientPods');
});

test('an exhausted budget refuses in upstream’s words', async () => {
  await enter('exhausted');
  await pod('p');
  await budget('b', { disruptionsAllowed: 0, currentHealthy: 2 });
  const { code, json } = await evict('p');
  assert.equal(code, 429);
  assert.equal(json.message, "Cannot evict pod as it would violate the pod's disruption budget.");
  assert.deepEqual(json.details.causes, [
    { reason: 'DisruptionBudget', message: 'The disruption budget b needs 2 healthy pods and has 2 currently' },
  ]);
});

test('a budget that was not looked at yet asks to come again', async () => {
  await enter('unseen');
  await pod('p');
  await budget('b', { observedGeneration: 0, disruptionsAllowed: 3 });
  const { code, json, headers } = await evict('p');
  assert.equal(code, 429);
  assert.equal(json.details.retryAfterSeconds, 10);
  assert.equal(headers['retry-after'], '10');
  assert.match(json.details.causes[0].message, /still being processed by the server/);
});

test('two budgets are one too many', async () => {
  await enter('two');
  await pod('p');
  await budget('a', { disruptionsAllowed: 1 });
  await budget('b', { disruptionsAllowed: 1 });
  const { code, json } = await evict('p');
  assert.equal(code, 500);
  assert.match(json.message, /more than one PodDisruptionBudget/);
});

test('pods that disrupt nobody go without a budget', async () => {
  await enter('free');
  await budget('b', { disruptionsAllowed: 0, currentHealthy: 0 });
  for (const phase of ['Pending', 'Succeeded', 'Failed']) {
    await pod(phase.toLowerCase(), { phase, ready: false });
    assert.equal((await evict(phase.toLowerCase())).code, 201, phase);
  }
  await pod('unready', { ready: false });
  assert.equal((await evict('unready')).code, 429);
});

test('pods that are not ready go where the budget is met or says so', async () => {
  await enter('unhealthy');
  await pod('p', { ready: false });
  await pod('q', { ready: false });
  await budget('b', { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 });
  assert.equal((await evict('p')).code, 201);
  await api.request('DELETE', url('poddisruptionbudgets', '/b'));
  await budget('c', { disruptionsAllowed: 0, currentHealthy: 0 }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  assert.equal((await evict('q')).code, 201);
  assert.equal((await read('poddisruptionbudgets', 'c')).status.disruptedPods, undefined);
});

test('a dry run asks the budget and takes nothing', async () => {
  await enter('dry');
  await pod('p');
  await budget('b', { disruptionsAllowed: 1 });
  assert.equal((await evict('p', { deleteOptions: { dryRun: ['All'] } })).code, 201);
  assert.equal((await read('pods', 'p')).metadata.deletionTimestamp, undefined);
  assert.equal((await read('poddisruptionbudgets', 'b')).status.disruptionsAllowed, 1);
});

test('preconditions hold', async () => {
  await enter('preconditions');
  await pod('p');
  const { code, json } = await evict('p', { deleteOptions: { preconditions: { uid: 'other' } } });
  assert.equal(code, 409);
  assert.match(json.message, /the UID in the precondition \(other\) does not match the UID in record/);
});

test('many at once never exceed the budget', async () => {
  await enter('many');
  const names = Array.from({ length: 24 }, (_, i) => `p${i}`);
  for (const name of names) await pod(name);
  await budget('b', { disruptionsAllowed: 7, currentHealthy: 24, desiredHealthy: 17, expectedPods: 24 });
  const codes = (await Promise.all(names.map((name) => evict(name)))).map(({ code }) => code);
  assert.equal(codes.filter((code) => code === 201).length, 7, String(codes));
  assert.equal(codes.filter((code) => code === 429).length, 17, String(codes));
  const { items } = (await api.request('GET', url('pods'))).json;
  const going = items.filter((item: { metadata: { deletionTimestamp?: string } }) => item.metadata.deletionTimestamp);
  assert.equal(going.length, 7);
});
