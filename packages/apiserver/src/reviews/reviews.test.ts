import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver } from '../testing/test-apiserver.ts';

const api = new TestApiserver();
before(() => api.ready());
after(() => api.close());

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const AUTHENTICATION = '/apis/authentication.k8s.io/v1';

test('whoami answers with the asker and with groups, and stores nothing', async () => {
  const answer = await api.request('POST', `${AUTHENTICATION}/selfsubjectreviews`, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });
  assert.equal(answer.code, 201, answer.text);
  assert.deepEqual(answer.json.status, {
    userInfo: { username: 'admin', uid: 'admin', groups: ['system:masters', 'system:authenticated'] },
  });
  assert.match(answer.json.metadata.creationTimestamp, /^\d{4}-/);
  assert.equal(answer.json.metadata.uid, undefined);
});

test('what the asker may do', async () => {
  const answer = await api.request('POST', `${AUTHORIZATION}/selfsubjectaccessreviews`, {
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'default' } },
    },
  });
  assert.equal(answer.code, 201, answer.text);
  assert.deepEqual(answer.json.status, { allowed: true });
});

test('a review must say what it asks', async () => {
  const answer = await api.request('POST', `${AUTHORIZATION}/subjectaccessreviews`, {
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user: 'jane' } },
  });
  assert.equal(answer.code, 422);
  assert.match(answer.json.message, /exactly one of nonResourceAttributes or resourceAttributes must be specified/);
});

test('a local review belongs to a namespace that exists', async () => {
  const review = (namespace: string) =>
    api.request('POST', `${AUTHORIZATION}/namespaces/${namespace}/localsubjectaccessreviews`, {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'LocalSubjectAccessReview',
        spec: { user: 'jane', resourceAttributes: { verb: 'get', resource: 'pods', namespace } },
      },
    });
  assert.deepEqual((await review('default')).json.status, { allowed: true });
  assert.equal((await review('nowhere')).code, 404);
});

test('the rules of a namespace', async () => {
  const answer = await api.request('POST', `${AUTHORIZATION}/selfsubjectrulesreviews`, {
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: 'default' } },
  });
  assert.deepEqual(answer.json.status, {
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  });
});

test('reviews are created and nothing else', async () => {
  const { code, json } = await api.request('GET', `${AUTHENTICATION}/tokenreviews`);
  assert.equal(code, 405, json.message);
  const { json: list } = await api.request('GET', AUTHENTICATION);
  assert.deepEqual(
    list.resources.map(({ name, verbs }: { name: string; verbs: string[] }) => `${name} ${verbs}`),
    ['selfsubjectreviews create', 'tokenreviews create'],
  );
});
