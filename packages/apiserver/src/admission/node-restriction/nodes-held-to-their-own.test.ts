import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../../testing/test-apiserver.ts';

const USERS = ['one,system:node:n1,1,"system:nodes"', 'two,system:node:n2,2,"system:nodes"'];
const api = new TestApiserver({ authorizationModes: ['Node', 'RBAC'], users: USERS });
const PODS = '/api/v1/namespaces/default/pods';

before(() => api.ready());
after(() => api.close());

const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const post = (url: string, body: object, token?: string) =>
  api.request('POST', url, { body, ...(token ? as(token) : {}) });

async function podOn(nodeName: string): Promise<string> {
  const name = `on-${nodeName}`;
  const spec = { nodeName, automountServiceAccountToken: false, containers: [{ name: 'c', image: 'i' }] };
  const { code, text, json } = await post(PODS, { metadata: { name }, spec });
  assert.equal(code, 201, text);
  return json.metadata.uid;
}

test('with the mode Node, nodes are held to what is theirs', async () => {
  await post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  // 1. Their Nodes.
  for (const [token, name, code] of [
    ['one', 'n1', 201],
    ['two', 'n1', 403],
    ['two', 'n2', 201],
  ] as const)
    assert.equal((await post('/api/v1/nodes', { metadata: { name } }, token)).code, code);
  const untaint = { body: { spec: { taints: null } } };
  const headers = { ...as('one').headers, 'content-type': 'application/merge-patch+json' };
  for (const url of ['/api/v1/nodes/n1', '/api/v1/nodes/n1/status']) {
    const { code, json } = await api.request('PATCH', url, { ...untaint, headers });
    assert.deepEqual(
      { code, message: json.message },
      { code: 403, message: 'nodes "n1" is forbidden: node "n1" is not allowed to modify taints' },
    );
  }
  const status = { body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, headers };
  assert.equal((await api.request('PATCH', '/api/v1/nodes/n1/status', status)).code, 200);
  // 2. Tokens and evictions of their pods.
  const uid = await podOn('n1');
  const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'on-n1', uid };
  const token = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef } };
  const accounts = '/api/v1/namespaces/default/serviceaccounts/default/token';
  assert.equal((await post(accounts, token, 'two')).code, 403);
  assert.equal((await post(accounts, { ...token, spec: {} }, 'one')).code, 403);
  assert.equal((await post(accounts, token, 'one')).code, 201);
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'on-n1' } };
  assert.equal((await post(`${PODS}/on-n1/eviction`, eviction, 'two')).code, 403);
  assert.equal((await api.request('DELETE', `${PODS}/on-n1`, as('two'))).code, 403);
  assert.equal((await post(`${PODS}/on-n1/eviction`, eviction, 'one')).code, 201);
});

test('without it, nobody is known as a node', async () => {
  const open = new TestApiserver({ users: USERS });
  await open.ready();
  const { code } = await open.request('POST', '/api/v1/nodes', { body: { metadata: { name: 'n1' } }, ...as('two') });
  assert.equal(code, 201);
  await open.close();
});
