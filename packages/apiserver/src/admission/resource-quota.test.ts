import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const api = new TestApiserver();
before(() => api.ready());
after(() => api.close());

/** A namespace with a quota that its controller has seen. */
async function limited(namespace: string, hard: Record<string, string>, spec: object = {}): Promise<string> {
  await api.request('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } });
  const base = `/api/v1/namespaces/${namespace}`;
  await api.request('POST', `${base}/resourcequotas`, { body: { metadata: { name: 'q' }, spec: { hard, ...spec } } });
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  const answer = await api.request('PATCH', `${base}/resourcequotas/q/status`, {
    body: { status: { hard, used } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  assert.equal(answer.code, 200, answer.text);
  return base;
}

const pod = (name: string, resources?: object) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i', ...(resources && { resources }) }] },
});
const usedOf = async (base: string) => (await api.request('GET', `${base}/resourcequotas/q`)).json.status.used;

test('what comes is charged, what is too much is refused in upstream’s words', async () => {
  const base = await limited('charged', { 'requests.cpu': '1', pods: '5' });
  const ask = (name: string, cpu: string) =>
    api.request('POST', `${base}/pods`, { body: pod(name, { requests: { cpu } }) });
  assert.equal((await ask('a', '600m')).code, 201);
  assert.deepEqual(await usedOf(base), { 'requests.cpu': '600m', pods: '1' });
  const { code, json } = await ask('b', '500m');
  assert.equal(code, 403);
  assert.equal(
    json.message,
    'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
  );
  const unspecified = await api.request('POST', `${base}/pods`, { body: pod('c') });
  assert.equal(unspecified.json.message, 'pods "c" is forbidden: failed quota: q: must specify requests.cpu for: c');
});

test('a quota that nobody has counted yet lets nothing in', async () => {
  const base = '/api/v1/namespaces/uncounted';
  await api.request('POST', '/api/v1/namespaces', { body: { metadata: { name: 'uncounted' } } });
  const body = { metadata: { name: 'q' }, spec: { hard: { configmaps: '3' } } };
  await api.request('POST', `${base}/resourcequotas`, { body });
  const { code, json } = await api.request('POST', `${base}/configmaps`, { body: { metadata: { name: 'm' } } });
  assert.equal(code, 403);
  assert.match(json.message, /status unknown for quota: q, resources: configmaps/);
});

test('kinds are counted by name, groups included; a dry run charges nothing', async () => {
  const base = await limited('counted', { 'count/deployments.apps': '1' });
  const deployments = '/apis/apps/v1/namespaces/counted/deployments';
  const deployment = (name: string) => ({
    metadata: { name },
    spec: {
      selector: { matchLabels: { a: name } },
      template: { metadata: { labels: { a: name } }, spec: pod(name).spec },
    },
  });
  assert.equal((await api.request('POST', `${deployments}?dryRun=All`, { body: deployment('a') })).code, 201);
  assert.deepEqual(await usedOf(base), { 'count/deployments.apps': '0' });
  assert.equal((await api.request('POST', deployments, { body: deployment('a') })).code, 201);
  assert.equal((await api.request('POST', deployments, { body: deployment('b') })).code, 403);
});

test('scopes', async () => {
  const base = await limited('scoped', { pods: '0' }, { scopes: ['BestEffort'] });
  assert.equal((await api.request('POST', `${base}/pods`, { body: pod('a', { requests: { cpu: '1' } }) })).code, 201);
  assert.equal((await api.request('POST', `${base}/pods`, { body: pod('b') })).code, 403);
});

test('many at once never exceed a quota', async () => {
  const base = await limited('raced', { pods: '10', 'requests.memory': '25Mi' });
  const asks = Array.from({ length: 40 }, (_, i) =>
    api.request('POST', `${base}/pods`, { body: pod(`p${i}`, { requests: { memory: '3Mi' } }) }),
  );
  const codes = (await Promise.all(asks)).map(({ code }) => code);
  assert.equal(codes.filter((code) => code === 201).length, 8, String(codes));
  assert.equal(codes.filter((code) => code === 403).length, 32, String(codes));
  assert.deepEqual(await usedOf(base), { pods: '8', 'requests.memory': '24Mi' });
  const { items } = (await api.request('GET', `${base}/pods`)).json;
  assert.equal(items.length, 8);
});
