import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const URL = '/api/v1/namespaces/default/services';
const headers = { 'content-type': 'application/merge-patch+json' };

let server: TestApiserver;
before(async () => {
  server = await new TestApiserver().ready();
});
after(() => server.close());

const external = { type: 'ExternalName', externalName: 'a.example' };
const rows: readonly (readonly [from: object, to: object, expected: object])[] = [
  [{ type: 'NodePort' }, { type: 'ClusterIP' }, { address: true, nodePort: false, policy: undefined }],
  [{ type: 'ClusterIP' }, { type: 'NodePort' }, { address: true, nodePort: true, policy: 'Cluster' }],
  [{ type: 'NodePort' }, external, { address: false, nodePort: false, policy: undefined }],
  [external, { type: 'ClusterIP', externalName: null }, { address: true, nodePort: false, policy: undefined }],
  [{ type: 'LoadBalancer' }, { type: 'NodePort' }, { address: true, nodePort: true, policy: 'Cluster' }],
];

for (const [index, [from, to, expected]] of rows.entries())
  test(`a Service goes from ${JSON.stringify(from)} to ${JSON.stringify(to)}`, async () => {
    const metadata = { name: `s${index}` };
    const made = await server.request('POST', URL, { body: { metadata, spec: { ports: [{ port: 80 }], ...from } } });
    assert.equal(made.code, 201, made.text);
    const answer = await server.request('PATCH', `${URL}/s${index}`, { body: { spec: to }, headers });
    assert.equal(answer.code, 200, answer.text);
    const { clusterIP, ports, externalTrafficPolicy: policy } = answer.json.spec;
    const actual = { address: Boolean(clusterIP), nodePort: Boolean(ports[0].nodePort), policy };
    assert.deepEqual(actual, expected);
    if ('type' in from && from.type !== 'ExternalName' && clusterIP) assert.equal(clusterIP, made.json.spec.clusterIP);
  });
