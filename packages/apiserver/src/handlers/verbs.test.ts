import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const BASE = '/api/v1/namespaces/default';
const MAPS = `${BASE}/configmaps`;
const PODS = `${BASE}/pods`;
const MERGE = { 'content-type': 'application/merge-patch+json' };
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' };

const map = (name: string, data: object = {}, metadata: object = {}) => ({ metadata: { name, ...metadata }, data });
const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

let server: TestApiserver;
before(async () => {
  server = await new TestApiserver().ready();
});
after(() => server.close());

async function create(url: string, body: object) {
  const answer = await server.request('POST', url, { body });
  assert.equal(answer.code, 201, answer.text);
  return answer.json;
}

test('create fills in what the server sets and get gives it back', async () => {
  const made = await create(MAPS, map('made', { a: '1' }));
  const { uid, resourceVersion, creationTimestamp, namespace } = made.metadata;
  assert.match(uid, /^[0-9a-f-]{36}$/);
  assert.match(resourceVersion, /^\d+$/);
  assert.match(creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual([namespace, made.kind, made.apiVersion], ['default', 'ConfigMap', 'v1']);
  assert.deepEqual((await server.request('GET', `${MAPS}/made`)).json, made);
});

test('generateName makes a name of its own each time', async () => {
  const body = { metadata: { generateName: 'gen-' } };
  const [a, b] = [await create(MAPS, body), await create(MAPS, body)];
  assert.match(a.metadata.name, /^gen-[a-z0-9]{5}$/);
  assert.notEqual(a.metadata.name, b.metadata.name);
});

test('a write that changes nothing keeps the resourceVersion, one that changes something does not', async () => {
  const made = await create(MAPS, map('noop', { a: '1' }));
  const same = await server.request('PATCH', `${MAPS}/noop`, { body: { data: { a: '1' } }, headers: MERGE });
  assert.equal(same.json.metadata.resourceVersion, made.metadata.resourceVersion);
  const changed = await server.request('PATCH', `${MAPS}/noop`, { body: { data: { a: '2' } }, headers: MERGE });
  assert.notEqual(changed.json.metadata.resourceVersion, made.metadata.resourceVersion);
});

test('PUT without resourceVersion is unconditional and keeps the identity', async () => {
  const made = await create(MAPS, map('put', { a: '1' }));
  const answer = await server.request('PUT', `${MAPS}/put`, { body: map('put', { b: '2' }) });
  assert.equal(answer.code, 200, answer.text);
  assert.equal(answer.json.metadata.uid, made.metadata.uid);
  assert.deepEqual(answer.json.data, { b: '2' });
});

test('concurrent patches all take effect', async () => {
  await create(MAPS, map('busy'));
  const patches = Array.from({ length: 20 }, (_, i) =>
    server.request('PATCH', `${MAPS}/busy`, { body: { data: { [`k${i}`]: 'v' } }, headers: MERGE }),
  );
  for (const answer of await Promise.all(patches)) assert.equal(answer.code, 200, answer.text);
  const { json } = await server.request('GET', `${MAPS}/busy`);
  assert.equal(Object.keys(json.data).length, 20);
});

test('dry run changes nothing', async () => {
  const answer = await server.request('POST', `${MAPS}?dryRun=All`, { body: map('dry') });
  assert.equal(answer.code, 201);
  assert.equal((await server.request('GET', `${MAPS}/dry`)).code, 404);
});

test('lists page with continue tokens and select by labels', async () => {
  for (let i = 0; i < 5; i++) await create(MAPS, map(`page-${i}`, {}, { labels: { page: String(i % 2) } }));
  const url = `${MAPS}?labelSelector=page&limit=2`;
  const names: string[] = [];
  let continuation = '';
  do {
    const { json } = await server.request('GET', `${url}&continue=${continuation}`);
    assert.equal(json.kind, 'ConfigMapList');
    names.push(...json.items.map((item: { metadata: { name: string } }) => item.metadata.name));
    continuation = json.metadata.continue ?? '';
  } while (continuation !== '');
  assert.deepEqual(names, ['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
  const even = await server.request('GET', `${MAPS}?labelSelector=page%3D0`);
  assert.equal(even.json.items.length, 3);
});

test('a Table has the columns of kubectl get', async () => {
  await create(MAPS, map('shown', { a: '1', b: '2' }));
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
  const { json } = await server.request('GET', `${MAPS}/shown`, { headers: { accept } });
  assert.equal(json.kind, 'Table');
  assert.deepEqual(
    json.columnDefinitions.map((column: { name: string }) => column.name),
    ['Name', 'Data', 'Age'],
  );
  assert.deepEqual(json.rows[0].cells.slice(0, 2), ['shown', 2]);
  assert.equal(json.rows[0].object.kind, 'PartialObjectMetadata');
});

test('status is written through /status alone', async () => {
  await create(PODS, pod('stat'));
  const viaObject = await server.request('PATCH', `${PODS}/stat`, {
    body: { status: { phase: 'Running' } },
    headers: STRATEGIC,
  });
  assert.equal(viaObject.json.status.phase, 'Pending');
  const viaStatus = await server.request('PATCH', `${PODS}/stat/status`, {
    body: { status: { phase: 'Running' }, spec: { nodeName: 'x' } },
    headers: STRATEGIC,
  });
  assert.deepEqual([viaStatus.json.status.phase, viaStatus.json.spec.nodeName], ['Running', undefined]);
});

test('binding assigns a pod to a node once', async () => {
  await create(PODS, pod('bound'));
  const binding = { metadata: { name: 'bound' }, target: { kind: 'Node', name: 'node-1' } };
  const answer = await server.request('POST', `${PODS}/bound/binding`, { body: binding });
  assert.deepEqual([answer.code, answer.json.status], [201, 'Success']);
  const { json } = await server.request('GET', `${PODS}/bound`);
  assert.equal(json.spec.nodeName, 'node-1');
  assert.equal(json.status.conditions[0].type, 'PodScheduled');
  const again = await server.request('POST', `${PODS}/bound/binding`, { body: binding });
  assert.equal(
    again.json.message,
    'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "node-1"',
  );
});

test('a pod on a node gets its grace period and goes when the kubelet says so', async () => {
  await create(PODS, pod('graceful', { nodeName: 'node-1', terminationGracePeriodSeconds: 20 }));
  const { json } = await server.request('DELETE', `${PODS}/graceful`);
  assert.equal(json.metadata.deletionGracePeriodSeconds, 20);
  assert.ok(json.metadata.deletionTimestamp);
  await server.request('DELETE', `${PODS}/graceful?gracePeriodSeconds=0`);
  assert.equal((await server.request('GET', `${PODS}/graceful`)).code, 404);
});

test('a pod that nobody runs goes at once', async () => {
  await create(PODS, pod('idle'));
  assert.equal((await server.request('DELETE', `${PODS}/idle`)).code, 200);
  assert.equal((await server.request('GET', `${PODS}/idle`)).code, 404);
});

test('finalizers hold an object until the last is taken away', async () => {
  await create(MAPS, map('held', {}, { finalizers: ['example.com/hold'] }));
  const { json } = await server.request('DELETE', `${MAPS}/held`);
  assert.ok(json.metadata.deletionTimestamp);
  await server.request('PATCH', `${MAPS}/held`, { body: { metadata: { finalizers: null } }, headers: MERGE });
  assert.equal((await server.request('GET', `${MAPS}/held`)).code, 404);
});

test('a namespace ends by its finalizer; nothing is made in it meanwhile', async () => {
  await create('/api/v1/namespaces', { metadata: { name: 'ending' } });
  const { json } = await server.request('DELETE', '/api/v1/namespaces/ending');
  assert.equal(json.status.phase, 'Terminating');
  const refused = await server.request('POST', '/api/v1/namespaces/ending/configmaps', { body: map('late') });
  assert.equal(refused.code, 403);
  assert.equal(refused.json.details.causes[0].reason, 'NamespaceTerminating');
  const body = { ...json, spec: {} };
  const done = await server.request('PUT', '/api/v1/namespaces/ending/finalize', { body });
  assert.equal(done.code, 200, done.text);
  assert.equal((await server.request('GET', '/api/v1/namespaces/ending')).code, 404);
});

test('deletecollection takes what the selector chooses', async () => {
  await create(MAPS, map('gone-1', {}, { labels: { gone: 'yes' } }));
  await create(MAPS, map('stays', {}, { labels: { gone: 'no' } }));
  const { json } = await server.request('DELETE', `${MAPS}?labelSelector=gone%3Dyes`);
  assert.equal(json.items.length, 1);
  assert.equal((await server.request('GET', `${MAPS}/stays`)).code, 200);
});

test('scale reads and writes replicas', async () => {
  const url = '/apis/apps/v1/namespaces/default/deployments';
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  await create(url, { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } });
  const scale = await server.request('GET', `${url}/d/scale`);
  assert.deepEqual([scale.json.kind, scale.json.spec.replicas, scale.json.status.selector], ['Scale', 1, 'a=b']);
  const body = { spec: { replicas: 4 } };
  const answer = await server.request('PATCH', `${url}/d/scale`, { body, headers: MERGE });
  assert.equal(answer.json.spec.replicas, 4);
  const { json } = await server.request('GET', `${url}/d`);
  assert.deepEqual([json.spec.replicas, json.metadata.generation], [4, 2]);
});

test('a watch shows what happens after its resourceVersion', async () => {
  const made = await create(MAPS, map('watched'));
  await server.request('PATCH', `${MAPS}/watched`, { body: { data: { a: '1' } }, headers: MERGE });
  await server.request('DELETE', `${MAPS}/watched`);
  const query = `watch=1&resourceVersion=${made.metadata.resourceVersion}&timeoutSeconds=1`;
  const { text } = await server.request('GET', `${MAPS}?${query}&fieldSelector=metadata.name%3Dwatched`);
  const types = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  assert.deepEqual(types, ['MODIFIED', 'DELETED']);
});

test('a streaming list ends with a bookmark that says so', async () => {
  const query =
    'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1';
  const { text } = await server.request('GET', `/api/v1/namespaces?${query}`);
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const end = events.find(({ type }) => type === 'BOOKMARK');
  assert.equal(end.object.metadata.annotations['k8s.io/initial-events-end'], 'true');
  assert.ok(events.filter(({ type }) => type === 'ADDED').length >= 4);
});

test('Services get addresses and node ports, and give them back', async () => {
  const url = `${BASE}/services`;
  const spec = { type: 'NodePort', ports: [{ port: 80 }] };
  const made = [];
  for (let i = 0; i < 10; i++) made.push(await create(url, { metadata: { name: `np-${i}` }, spec }));
  assert.equal(new Set(made.map(({ spec: { clusterIP } }) => clusterIP)).size, 10);
  assert.equal(new Set(made.map(({ spec: { ports } }) => ports[0].nodePort)).size, 10);
  const full = await server.request('POST', url, { body: { metadata: { name: 'np-x' }, spec } });
  assert.equal(full.code, 422, full.text);
  await server.request('DELETE', `${url}/np-3`);
  const again = await create(url, { metadata: { name: 'np-x' }, spec });
  assert.equal(again.spec.ports[0].nodePort, made[3].spec.ports[0].nodePort);
  for (let i = 0; i < 10; i++) await server.request('DELETE', `${url}/np-${i}`);
});

test('a PUT that leaves out a Service address keeps it', async () => {
  const url = `${BASE}/services`;
  const made = await create(url, { metadata: { name: 'keep' }, spec: { ports: [{ port: 80 }] } });
  const body = { metadata: { name: 'keep' }, spec: { ports: [{ port: 81 }] } };
  const { json } = await server.request('PUT', `${url}/keep`, { body });
  assert.deepEqual([json.spec.clusterIP, json.spec.ports[0].port], [made.spec.clusterIP, 81]);
});

test('events of both groups are the same objects', async () => {
  const url = `${BASE}/events`;
  const involvedObject = { kind: 'Pod', namespace: 'default', name: 'p', uid: 'u', apiVersion: 'v1' };
  await create(url, { metadata: { name: 'e1' }, involvedObject, reason: 'Started', message: 'm', type: 'Normal' });
  const { json } = await server.request('GET', '/apis/events.k8s.io/v1/namespaces/default/events/e1');
  assert.deepEqual([json.apiVersion, json.regarding?.name, json.note], ['events.k8s.io/v1', 'p', 'm']);
  const selected = await server.request('GET', `${url}?fieldSelector=involvedObject.name%3Dp`);
  assert.equal(selected.json.items.length, 1);
});

test('what a cluster always has is there', async () => {
  const { json } = await server.request('GET', `${BASE}/services/kubernetes`);
  assert.deepEqual([json.spec.clusterIP, json.spec.ports[0].targetPort], ['10.96.0.1', 6443]);
  const slice = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';
  assert.deepEqual((await server.request('GET', slice)).json.endpoints[0].addresses, ['192.0.2.1']);
});

test('a store that is gone gives 503 on reads, 504 on writes, and everything resumes', async () => {
  server.storage.disconnect();
  const read = await server.request('GET', `${MAPS}/made`);
  assert.deepEqual([read.code, read.json.reason], [503, 'ServiceUnavailable']);
  const write = await server.request('PATCH', `${MAPS}/made`, { body: { data: { z: '1' } }, headers: MERGE });
  assert.deepEqual([write.code, write.json.reason], [504, 'Timeout']);
  assert.equal((await server.request('GET', '/readyz')).code, 500);
  server.storage.connect();
  await server.ready();
});
