import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { TestApiserver } from '../../testing/test-apiserver.ts';

const api = new TestApiserver({
  authorizationModes: ['Node', 'RBAC'],
  users: [
    'jane,jane,u1,"devs"',
    'eve,eve,u2,"ops"',
    'kubelet,system:node:n1,u3,"system:nodes"',
    'scheduler,system:kube-scheduler,u4,""',
  ],
});
before(() => api.ready());
after(() => api.close());

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const as = (token: string, method: string, url: string, body?: unknown) =>
  api.request(method, url, { ...(body !== undefined && { body }), headers: { authorization: `Bearer ${token}` } });
const make = async (url: string, body: object) => {
  const answer = await api.request('POST', url, { body });
  assert.equal(answer.code, 201, answer.text);
};
const role = (name: string, rules: object[]) => ({ metadata: { name }, rules });
const binding = (name: string, kind: string, of: string, subject: object) => ({
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: of },
  subjects: [subject],
});
const user = (name: string) => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name });

test('who has no role gets nothing, in upstream’s words', async () => {
  const { code, json } = await as('jane', 'GET', '/api/v1/namespaces/default/pods');
  assert.equal(code, 403);
  assert.equal(
    json.message,
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
  );
  const cluster = await as('jane', 'GET', '/api/v1/nodes/n1');
  assert.equal(
    cluster.json.message,
    'nodes "n1" is forbidden: User "jane" cannot get resource "nodes" in API group "" at the cluster scope',
  );
  const path = await as('jane', 'GET', '/metrics');
  assert.equal(path.json.message, 'forbidden: User "jane" cannot get path "/metrics"');
  // Everybody discovers.
  await eventually(async () => (await as('jane', 'GET', '/apis')).code === 200);
});

test('a RoleBinding gives rights in its namespace and takes them when it goes', async () => {
  await make(
    `${RBAC}/namespaces/default/roles`,
    role('reader', [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }]),
  );
  await make(`${RBAC}/namespaces/default/rolebindings`, binding('readers', 'Role', 'reader', user('jane')));
  const list = () => as('jane', 'GET', '/api/v1/namespaces/default/pods');
  await eventually(async () => (await list()).code === 200);
  assert.equal((await as('jane', 'GET', '/api/v1/namespaces/kube-system/pods')).code, 403);
  assert.equal((await as('jane', 'GET', '/api/v1/pods')).code, 403);
  assert.equal((await as('jane', 'DELETE', '/api/v1/namespaces/default/pods/x')).code, 403);
  const review = await as('jane', 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } },
  });
  assert.deepEqual(review.json.status, {
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "readers/default" of Role "reader" to User "jane"',
  });
  await api.request('DELETE', `${RBAC}/namespaces/default/rolebindings/readers`);
  await eventually(async () => (await list()).code === 403);
});

test('groups and cluster roles; view reads what people read and no secrets', async () => {
  await make(
    `${RBAC}/clusterrolebindings`,
    binding('viewers', 'ClusterRole', 'view', { ...user('ops'), kind: 'Group' }),
  );
  await eventually(async () => (await as('eve', 'GET', '/apis/apps/v1/deployments')).code === 200);
  assert.equal((await as('eve', 'GET', '/api/v1/namespaces/default/secrets')).code, 403);
  assert.equal(
    (await as('eve', 'POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'x' } })).code,
    403,
  );
});

test('names narrow a rule', async () => {
  await make('/api/v1/namespaces/default/configmaps', { metadata: { name: 'mine' } });
  await make(
    `${RBAC}/namespaces/default/roles`,
    role('one', [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'] }]),
  );
  await make(`${RBAC}/namespaces/default/rolebindings`, binding('one', 'Role', 'one', user('jane')));
  await eventually(async () => (await as('jane', 'GET', '/api/v1/namespaces/default/configmaps/mine')).code === 200);
  assert.equal((await as('jane', 'GET', '/api/v1/namespaces/default/configmaps/other')).code, 403);
  const watched = '/api/v1/namespaces/default/configmaps?fieldSelector=metadata.name%3D';
  assert.equal((await as('jane', 'GET', `${watched}mine`)).code, 200);
  assert.equal((await as('jane', 'GET', `${watched}other`)).code, 403);
});

test('nobody grants more than he holds', async () => {
  await make(
    `${RBAC}/clusterroles`,
    role('granter', [
      {
        verbs: ['create', 'update', 'get'],
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['roles', 'rolebindings'],
      },
      { verbs: ['get'], apiGroups: [''], resources: ['services'] },
    ]),
  );
  await make(`${RBAC}/namespaces/default/rolebindings`, binding('granters', 'ClusterRole', 'granter', user('jane')));
  const roles = `${RBAC}/namespaces/default/roles`;
  const held = role('held', [{ verbs: ['get'], apiGroups: [''], resources: ['services'] }]);
  await eventually(async () => (await as('jane', 'POST', roles, held)).code === 201);
  const more = await as(
    'jane',
    'POST',
    roles,
    role('more', [{ verbs: ['get', 'delete'], apiGroups: [''], resources: ['services'] }]),
  );
  assert.equal(more.code, 403);
  assert.equal(
    more.json.message,
    'roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["services"], Verbs:["delete"]}',
  );
  const bindings = `${RBAC}/namespaces/default/rolebindings`;
  const admin = await as('jane', 'POST', bindings, binding('up', 'ClusterRole', 'cluster-admin', user('jane')));
  assert.equal(admin.code, 403);
  assert.equal((await as('jane', 'POST', bindings, binding('same', 'Role', 'held', user('eve')))).code, 201);
});

test('a role that is not there is named', async () => {
  await make(`${RBAC}/clusterroles`, role('fleeting', []));
  await make(`${RBAC}/namespaces/default/rolebindings`, binding('fleeting', 'ClusterRole', 'fleeting', user('eve')));
  await api.request('DELETE', `${RBAC}/clusterroles/fleeting`);
  await eventually(async () =>
    /RBAC: clusterrole\.rbac\.authorization\.k8s\.io "fleeting" not found/.test(
      (await as('eve', 'GET', '/api/v1/namespaces/default/secrets')).json.message,
    ),
  );
});

test('kubelets and components have their roles', async () => {
  assert.equal((await as('kubelet', 'GET', '/api/v1/pods')).code, 200);
  assert.equal((await as('kubelet', 'GET', '/apis/apps/v1/deployments')).code, 403);
  assert.equal((await as('scheduler', 'GET', '/api/v1/nodes')).code, 200);
  assert.equal((await as('scheduler', 'DELETE', '/api/v1/nodes/n')).code, 403);
  const { json } = await api.request('GET', `${RBAC}/clusterroles/edit`);
  assert.equal(json.metadata.labels['kubernetes.io/bootstrapping'], 'rbac-defaults');
  assert.ok(
    json.rules.some(({ resources }: { resources: string[] }) => resources.includes('pods/log')),
    'view is in edit',
  );
});

test('pods find a token that may do nothing yet', async () => {
  await make('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  await make('/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec });
  const { json } = await api.request('GET', '/api/v1/namespaces/default/pods/p');
  assert.match(json.spec.volumes[0].name, /^kube-api-access-/);
  const token = await api.request('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  });
  const { code, json: refused } = await as(token.json.status.token, 'GET', '/api/v1/namespaces/default/pods');
  assert.equal(code, 403);
  assert.match(refused.message, /User "system:serviceaccount:default:default" cannot list resource "pods"/);
});
