import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

let server: TestApiserver;
before(async () => {
  server = await new TestApiserver().ready();
});
after(() => server.close());

test('aggregated discovery echoes its content type and revalidates', async () => {
  const accept = `${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json`;
  const answer = await server.request('GET', '/apis', { headers: { accept } });
  assert.equal(answer.headers['content-type'], AGGREGATED);
  const apps = answer.json.items.find((item: { metadata: { name: string } }) => item.metadata.name === 'apps');
  const deployments = apps.versions[0].resources.find(
    ({ resource }: { resource: string }) => resource === 'deployments',
  );
  assert.deepEqual(deployments.shortNames, ['deploy']);
  assert.deepEqual(
    deployments.subresources.map(({ subresource }: { subresource: string }) => subresource),
    ['scale', 'status'],
  );
  const headers = { accept, 'if-none-match': String(answer.headers['etag']) };
  assert.equal((await server.request('GET', '/apis', { headers })).code, 304);
});

test('old discovery lists versions, groups and resources', async () => {
  assert.deepEqual((await server.request('GET', '/api')).json.versions, ['v1']);
  const groups = (await server.request('GET', '/apis')).json.groups.map(({ name }: { name: string }) => name);
  assert.ok(groups.includes('apps') && groups.includes('coordination.k8s.io'));
  const { json } = await server.request('GET', '/api/v1');
  const eviction = json.resources.find(({ name }: { name: string }) => name === 'pods/eviction');
  assert.deepEqual([eviction.group, eviction.version, eviction.kind], ['policy', 'v1', 'Eviction']);
  assert.equal((await server.request('GET', '/apis/nope')).code, 404);
});

test('OpenAPI v3 has a document a group version, addressed by its hash', async () => {
  const { paths } = (await server.request('GET', '/openapi/v3')).json;
  const url = paths['apis/apps/v1'].serverRelativeURL;
  const { json, headers } = await server.request('GET', url);
  assert.equal(headers['cache-control'], 'public, immutable');
  const patch = json.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch;
  assert.ok(patch.parameters.some(({ name }: { name: string }) => name === 'fieldValidation'));
  const containers = json.components.schemas['io.k8s.api.core.v1.PodSpec'].properties.containers;
  assert.equal(containers['x-kubernetes-patch-merge-key'], 'name');
  const stale = await server.request('GET', '/openapi/v3/apis/apps/v1?hash=OLD');
  assert.deepEqual([stale.code, stale.headers['location']], [301, url]);
});

test('every reference in the OpenAPI documents leads somewhere', async () => {
  const { json } = await server.request('GET', '/openapi/v2');
  const references = new Set(JSON.stringify(json).match(/#\/definitions\/[^"]+/g));
  for (const reference of references) assert.ok(json.definitions[reference.slice('#/definitions/'.length)], reference);
  const { paths } = (await server.request('GET', '/openapi/v3')).json;
  for (const { serverRelativeURL } of Object.values<{ serverRelativeURL: string }>(paths)) {
    const { text, json: document } = await server.request('GET', serverRelativeURL);
    for (const reference of new Set(text.match(/#\/components\/schemas\/[^"]+/g)))
      assert.ok(document.components.schemas[reference.slice('#/components/schemas/'.length)], reference);
  }
});

test('every patch in the OpenAPI documents knows fieldValidation', async () => {
  const { json } = await server.request('GET', '/openapi/v2');
  const patches = Object.values<{ patch?: { parameters: { name: string }[] } }>(json.paths).flatMap(
    ({ patch }) => patch ?? [],
  );
  assert.ok(patches.length > 10);
  for (const { parameters } of patches) assert.ok(parameters.some(({ name }) => name === 'fieldValidation'));
});

test('OpenAPI v2 speaks protobuf to old clients', async () => {
  const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
  const answer = await server.request('GET', '/openapi/v2', { headers: { accept } });
  assert.equal(answer.headers['content-type'], 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  assert.equal(answer.text.slice(0, 5), '\n\x032.0');
});

test('version, health and metrics answer', async () => {
  assert.equal((await server.request('GET', '/version', { headers: { authorization: '' } })).json.minor, '36');
  assert.equal((await server.request('GET', '/livez', { headers: { authorization: '' } })).text, 'ok');
  assert.match((await server.request('GET', '/readyz?verbose')).text, /\[\+\]etcd ok/);
  assert.equal((await server.request('GET', '/readyz/etcd')).text, 'ok');
  assert.match((await server.request('GET', '/metrics')).text, /apiserver_request_total\{.*code="200"/);
});
