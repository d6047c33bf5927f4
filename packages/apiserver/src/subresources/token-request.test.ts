import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { decodeJwt } from 'jose';
import { TestApiserver } from '../testing/test-apiserver.ts';
import { TEST_ISSUER } from '../testing/test-tokens.ts';

const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
const api = new TestApiserver({ clock });
const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
const PODS = '/api/v1/namespaces/default/pods';

before(() => api.ready());
after(() => api.close());

const make = (url: string, body: object) => api.request('POST', url, { body });
const account = async (name: string) => (await make(ACCOUNTS, { metadata: { name } })).json.metadata.uid as string;
const pod = async (name: string, serviceAccountName: string) => {
  const spec = { serviceAccountName, containers: [{ name: 'c', image: 'i' }] };
  const answer = await make(PODS, { metadata: { name }, spec });
  assert.equal(answer.code, 201, answer.text);
  return answer.json.metadata.uid as string;
};
const askFor = (name: string, spec: object = {}) =>
  make(`${ACCOUNTS}/${name}/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
async function tokenOf(name: string, spec?: object): Promise<string> {
  const answer = await askFor(name, spec);
  assert.equal(answer.code, 201, answer.text);
  return answer.json.status.token;
}
const as = (token: string) =>
  api.request('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    headers: { authorization: `Bearer ${token}` },
  });

test('a token lets its service account in until it is over', async () => {
  const uid = await account('short');
  const token = await tokenOf('short', { expirationSeconds: 600 });
  const { aud, sub, iss, exp = 0, iat = 0, 'kubernetes.io': claims } = decodeJwt(token);
  assert.deepEqual(
    { aud, sub, iss, life: exp - iat, claims },
    {
      aud: [TEST_ISSUER],
      sub: 'system:serviceaccount:default:short',
      iss: TEST_ISSUER,
      life: 600,
      claims: { namespace: 'default', serviceaccount: { name: 'short', uid } },
    },
  );
  const { json } = await as(token);
  assert.equal(json.status.userInfo.username, 'system:serviceaccount:default:short');
  assert.equal(json.status.userInfo.uid, uid);
  assert.deepEqual(json.status.userInfo.groups, [
    'system:serviceaccounts',
    'system:serviceaccounts:default',
    'system:authenticated',
  ]);
  await clock.advance(661_000);
  assert.equal((await as(token)).code, 401);
});

test('a token falls with its account, even when another of that name comes', async () => {
  await account('reborn');
  const token = await tokenOf('reborn');
  assert.equal((await as(token)).code, 201);
  await api.request('DELETE', `${ACCOUNTS}/reborn`);
  assert.equal((await as(token)).code, 401);
  await account('reborn');
  assert.equal((await as(token)).code, 401);
});

test('a token bound to a pod names it and falls with it', async () => {
  await account('runner');
  const uid = await pod('p', 'runner');
  const bound = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid };
  const token = await tokenOf('runner', { boundObjectRef: bound, expirationSeconds: 3607 });
  const claims = decodeJwt(token);
  assert.equal((claims.exp ?? 0) - (claims.iat ?? 0), 365 * 24 * 3600, 'kubelets keep it longer than they ask');
  const { extra } = (await as(token)).json.status.userInfo;
  assert.deepEqual(extra['authentication.kubernetes.io/pod-name'], ['p']);
  assert.deepEqual(extra['authentication.kubernetes.io/pod-uid'], [uid]);
  await api.request('DELETE', `${PODS}/p`);
  assert.equal((await as(token)).code, 401);
});

test('tokens for others do not open this server, and reviews say so', async () => {
  await account('vault-user');
  const token = await tokenOf('vault-user', { audiences: ['vault'] });
  assert.equal((await as(token)).code, 401);
  const review = async (audiences: string[]) =>
    (
      await make('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token, audiences },
      })
    ).json.status;
  const good = await review(['vault', 'other']);
  assert.equal(good.authenticated, true);
  assert.deepEqual(good.audiences, ['vault']);
  assert.deepEqual(await review([]), { user: {}, error: 'invalid bearer token' });
});

test('tampered and foreign tokens are refused', async () => {
  await account('victim');
  const token = await tokenOf('victim');
  const [head, body = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9e6 })).toString('base64url');
  assert.equal((await as(`${head}.${forged}.${signature}`)).code, 401);
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  assert.equal((await as(`${none}.${body}.`)).code, 401);
  assert.equal((await as('a.b.c')).code, 401);
});

test('requests that cannot be met', async () => {
  const uid = await account('picky');
  const other = await pod('other', 'default');
  const cases: [object, number, RegExp][] = [
    [{ expirationSeconds: 5 }, 422, /may not specify a duration less than 10 minutes/],
    [{ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'none' } }, 404, /pods "none" not found/],
    [
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'other', uid: other } },
      400,
      /cannot bind token for serviceaccount "picky" to pod running with different serviceaccount name\./,
    ],
    [
      { boundObjectRef: { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid } },
      400,
      /cannot bind token to object of type \/v1, Kind=ConfigMap/,
    ],
  ];
  for (const [spec, code, text] of cases) {
    const answer = await askFor('picky', spec);
    assert.equal(answer.code, code, answer.text);
    assert.match(answer.json.message, text);
  }
  assert.equal((await askFor('nobody')).code, 404);
});

test('the issuer tells its keys', async () => {
  const { json } = await api.request('GET', '/.well-known/openid-configuration');
  assert.equal(json.issuer, TEST_ISSUER);
  assert.equal(json.jwks_uri, 'https://192.0.2.1:6443/openid/v1/jwks');
  const { json: jwks, headers } = await api.request('GET', '/openid/v1/jwks');
  assert.equal(headers['content-type'], 'application/jwk-set+json');
  assert.equal(jwks.keys[0].alg, 'ES256');
  assert.equal(jwks.keys[0].d, undefined);
});
