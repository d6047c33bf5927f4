import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const api = new TestApiserver();
before(() => api.ready());
after(() => api.close());

const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const MERGE = { 'content-type': 'application/merge-patch+json' };

test('a PUT makes what such kinds as leases have not yet, and is refused for others', async () => {
  const url = '/apis/coordination.k8s.io/v1/namespaces/default/leases/l';
  const body = { metadata: { name: 'l' }, spec: { holderIdentity: 'me' } };
  assert.equal((await api.request('PUT', url, { body })).code, 201);
  const again = await api.request('PUT', url, { body: { ...body, spec: { holderIdentity: 'you' } } });
  assert.equal(again.code, 200);
  assert.equal(again.json.spec.holderIdentity, 'you');
  const map = await api.request('PUT', '/api/v1/namespaces/default/configmaps/m', {
    body: { metadata: { name: 'm' } },
  });
  assert.equal(map.code, 404);
});

test('PUTs that race to make one object both end well', async () => {
  const url = '/api/v1/namespaces/default/endpoints/raced';
  const put = () => api.request('PUT', url, { body: { metadata: { name: 'raced' } } });
  const codes = (await Promise.all([put(), put(), put(), put()])).map(({ code }) => code);
  assert.deepEqual(codes.sort(), [200, 200, 200, 201]);
});

const deployment = (name: string) => ({
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
});
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

test('server-side apply to /scale owns the replicas', async () => {
  await api.request('POST', DEPLOYMENTS, { body: deployment('s') });
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 's' }, spec: { replicas: 4 } };
  const first = await api.request('PATCH', `${DEPLOYMENTS}/s/scale?fieldManager=scaler&force=true`, {
    body: scale,
    headers: APPLY,
  });
  assert.equal(first.code, 200, first.text);
  assert.equal(first.json.kind, 'Scale');
  assert.equal(first.json.spec.replicas, 4);
  const { json } = await api.request('GET', `${DEPLOYMENTS}/s`);
  assert.equal(json.spec.replicas, 4);
  const entry = json.metadata.managedFields.find(({ manager }: { manager: string }) => manager === 'scaler');
  assert.deepEqual(
    [entry.operation, entry.subresource, entry.apiVersion, entry.fieldsV1],
    ['Apply', 'scale', 'apps/v1', { 'f:spec': { 'f:replicas': {} } }],
  );
  const conflict = await api.request('PATCH', `${DEPLOYMENTS}/s/scale?fieldManager=other`, {
    body: { ...scale, spec: { replicas: 9 } },
    headers: APPLY,
  });
  assert.equal(conflict.code, 409);
  const bad = await api.request('PATCH', `${DEPLOYMENTS}/s/scale?fieldManager=scaler`, {
    body: { ...scale, spec: { replicas: -1 } },
    headers: APPLY,
  });
  assert.equal(bad.code, 422);
});

test('server-side apply to /status owns the status', async () => {
  await api.request('POST', DEPLOYMENTS, { body: deployment('t') });
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 't' },
    status: { conditions: [{ type: 'Mine', status: 'True' }] },
  };
  const { code, json } = await api.request('PATCH', `${DEPLOYMENTS}/t/status?fieldManager=me`, {
    body,
    headers: APPLY,
  });
  assert.equal(code, 200);
  assert.equal(json.status.conditions[0].type, 'Mine');
});

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const PEM = '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n';
const signing = (name: string) => ({
  metadata: { name },
  spec: {
    request: Buffer.from(PEM).toString('base64'),
    signerName: 'example.com/signer',
    usages: ['client auth'],
    username: 'somebody else',
  },
});

test('a request for a certificate says who asks', async () => {
  const { code, json, text } = await api.request('POST', REQUESTS, { body: signing('who') });
  assert.equal(code, 201, text);
  assert.equal(json.spec.username, 'admin');
  assert.deepEqual(json.spec.groups, ['system:masters', 'system:authenticated']);
});

test('it is approved by /approval alone, and for good', async () => {
  await api.request('POST', REQUESTS, { body: signing('a') });
  const approved = { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'KubectlApprove' }] } };
  const patch = (path: string, body: object) => api.request('PATCH', `${REQUESTS}/a/${path}`, { body, headers: MERGE });
  const byStatus = await patch('status', approved);
  assert.equal(byStatus.code, 422);
  assert.match(byStatus.json.message, /updates may not add a condition of type "Approved"/);
  const { code, json } = await patch('approval', approved);
  assert.equal(code, 200);
  assert.match(json.status.conditions[0].lastTransitionTime, /^\d{4}-/);
  const removed = await patch('approval', { status: { conditions: [] } });
  assert.match(removed.json.message, /updates may not remove a condition of type "Approved"/);
  const both = await patch('approval', {
    status: { conditions: [json.status.conditions[0], { type: 'Denied', status: 'True' }] },
  });
  assert.match(both.json.message, /Approved and Denied conditions are mutually exclusive/);
  const signed = await patch('status', { status: { certificate: Buffer.from('x').toString('base64') } });
  assert.equal(signed.code, 200, signed.text);
});

test('a namespace on what has none is forgotten', async () => {
  const { code, json } = await api.request('POST', '/api/v1/namespaces', {
    body: { metadata: { name: 'n', namespace: 'default' } },
  });
  assert.equal(code, 201);
  assert.equal(json.metadata.namespace, undefined);
});

test('an update with another uid is refused in the words of the store', async () => {
  await api.request('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'u' } } });
  const { json } = await api.request('PUT', '/api/v1/namespaces/default/configmaps/u', {
    body: { metadata: { name: 'u', uid: 'other' } },
  });
  assert.match(
    json.message,
    /^Operation cannot be fulfilled on configmaps "u": StorageError: invalid object, Code: 4, Key: \/registry\/configmaps\/default\/u, ResourceVersion: 0, AdditionalErrorMessage: Precondition failed: UID in precondition: other, UID in object meta: /,
  );
});
