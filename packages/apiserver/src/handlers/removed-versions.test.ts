import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const api = new TestApiserver();
before(() => api.ready());
after(() => api.close());

const OLD = '/apis/policy/v1beta1/namespaces/default/poddisruptionbudgets';
const NEW = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const WARNING =
  '299 - "policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use policy/v1 PodDisruptionBudget"';

const budget = (name: string, apiVersion: string) => ({
  apiVersion,
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { minAvailable: 1, selector: { matchLabels: { app: name } } },
});

test('an object has the version that is asked for, whichever it was written in', async () => {
  const made = await api.request('POST', OLD, { body: budget('old', 'policy/v1beta1') });
  assert.equal(made.code, 201, made.text);
  assert.equal(made.json.apiVersion, 'policy/v1beta1');
  assert.deepEqual(made.headers['warning'], [WARNING]);
  const today = await api.request('GET', `${NEW}/old`);
  assert.equal(today.json.apiVersion, 'policy/v1');
  assert.equal(today.headers['warning'], undefined);
  assert.equal(today.json.metadata.uid, made.json.metadata.uid);
  await api.request('POST', NEW, { body: budget('new', 'policy/v1') });
  const { json: list } = await api.request('GET', OLD);
  assert.equal(list.apiVersion, 'policy/v1beta1');
  assert.deepEqual(
    list.items.map(({ apiVersion, metadata }: { apiVersion: string; metadata: { name: string } }) => [
      apiVersion,
      metadata.name,
    ]),
    [
      ['policy/v1beta1', 'new'],
      ['policy/v1beta1', 'old'],
    ],
  );
});

test('the old version is patched, applied and deleted', async () => {
  await api.request('POST', NEW, { body: budget('b', 'policy/v1') });
  const patched = await api.request('PATCH', `${OLD}/b`, {
    body: { spec: { minAvailable: 2 } },
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
  });
  assert.equal(patched.code, 200, patched.text);
  assert.equal(patched.json.apiVersion, 'policy/v1beta1');
  const applied = await api.request('PATCH', `${OLD}/b?fieldManager=m&force=true`, {
    body: budget('b', 'policy/v1beta1'),
    headers: { 'content-type': 'application/apply-patch+yaml' },
  });
  assert.equal(applied.code, 200, applied.text);
  const { json: today } = await api.request('GET', `${NEW}/b`);
  assert.equal(today.spec.minAvailable, 1);
  assert.equal((await api.request('DELETE', `${OLD}/b`)).code, 200);
  assert.equal((await api.request('GET', `${NEW}/b`)).code, 404);
});

test('a view of a view: events', async () => {
  const body = {
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
    message: 'what happened',
  };
  await api.request('POST', '/api/v1/namespaces/default/events', { body });
  const { json } = await api.request('GET', '/apis/events.k8s.io/v1beta1/namespaces/default/events/e');
  assert.equal(json.apiVersion, 'events.k8s.io/v1beta1');
  assert.equal(json.note, 'what happened');
});

test('discovery lists old versions after today’s', async () => {
  const { json } = await api.request('GET', '/apis/policy');
  assert.deepEqual(
    json.versions.map(({ version }: { version: string }) => version),
    ['v1', 'v1beta1'],
  );
  assert.equal(json.preferredVersion.version, 'v1');
});

test('evictions of old clients', async () => {
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  await api.request('POST', '/api/v1/namespaces/default/pods', { body: { metadata: { name: 'p' }, spec } });
  const body = { apiVersion: 'policy/v1beta1', kind: 'Eviction', metadata: { name: 'p' } };
  const { code, text } = await api.request('POST', '/api/v1/namespaces/default/pods/p/eviction', { body });
  assert.equal(code, 201, text);
});
