import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import {
  configMapKind,
  podKind,
  type Secret,
  type ServiceAccount,
  secretKind,
  serviceAccountKind,
} from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { compactVerify } from 'jose';
import { aPod, startControllers } from '../../testing/index.ts';
import { INVALID_SINCE, LAST_USED, planLegacyToken } from './plan-legacy-token.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const account = (uid = 'u1', secrets: string[] = []): ServiceAccount => ({
  metadata: { name: 'robot', namespace: 'a', uid },
  secrets: secrets.map((name) => ({ name })),
});
const secret = (metadata: Partial<Secret['metadata']> = {}): Secret => ({
  metadata: {
    name: 'robot-token',
    namespace: 'a',
    uid: 's1',
    annotations: { 'kubernetes.io/service-account.name': 'robot' },
    ...metadata,
  },
  type: 'kubernetes.io/service-account-token',
});
const text = (value: unknown) => Buffer.from(String(value ?? ''), 'base64').toString('utf8');

test('a Secret of the type is given a token, the root certificate and the namespace, and goes with its account', async (t) => {
  const client = new FakeApiClient();
  client.add(serviceAccountKind, account());
  const controllers = startControllers(client, ['serviceaccount-token'], {
    serviceAccountKey: privateKey,
    rootCA: 'authority',
  });
  t.after(() => controllers.stop());
  client.add(secretKind, secret());
  const live = () => client.object(secretKind, 'a/robot-token');
  await eventually(() => assert.ok(live()?.data?.['token']));
  assert.equal(live()?.metadata.annotations?.['kubernetes.io/service-account.uid'], 'u1');
  assert.deepEqual([text(live()?.data?.['ca.crt']), text(live()?.data?.['namespace'])], ['authority', 'a']);
  const { createPublicKey } = await import('node:crypto');
  const { payload } = await compactVerify(text(live()?.data?.['token']), createPublicKey(publicKey));
  assert.deepEqual(JSON.parse(Buffer.from(payload).toString()), {
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': 'a',
    'kubernetes.io/serviceaccount/secret.name': 'robot-token',
    'kubernetes.io/serviceaccount/service-account.name': 'robot',
    'kubernetes.io/serviceaccount/service-account.uid': 'u1',
    sub: 'system:serviceaccount:a:robot',
  });
  client.remove(serviceAccountKind, 'a/robot');
  await eventually(() => assert.equal(live(), undefined));
});

test('a Secret for an account of another uid, or for none, goes', async (t) => {
  const client = new FakeApiClient();
  client.add(serviceAccountKind, account('u2'));
  const name = { 'kubernetes.io/service-account.name': 'robot' };
  client.add(secretKind, secret({ annotations: { ...name, 'kubernetes.io/service-account.uid': 'u1' } }));
  client.add(secretKind, secret({ name: 'none', annotations: { 'kubernetes.io/service-account.name': 'nobody' } }));
  const controllers = startControllers(client, ['serviceaccount-token'], { serviceAccountKey: privateKey });
  t.after(() => controllers.stop());
  await eventually(() => assert.deepEqual(client.objects(secretKind), []));
});

const DAY = 86_400_000;
const NOW = Date.parse('2027-06-01T00:00:00Z');
const day = (ago: number) => new Date(NOW - ago * DAY).toISOString();
const tokens: [
  rule: string,
  age: number,
  labels: Record<string, string>,
  generated: boolean,
  mounted: boolean,
  plan: string,
][] = [
  ['young', 10, {}, true, false, 'keep'],
  ['old and never used', 400, {}, true, false, 'invalidate'],
  ['old, used lately', 900, { [LAST_USED]: day(20).slice(0, 10) }, true, false, 'keep'],
  ['old, used long ago', 900, { [LAST_USED]: day(400).slice(0, 10) }, true, false, 'invalidate'],
  ['made by hand', 900, {}, false, false, 'keep'],
  ['mounted', 900, {}, true, true, 'keep'],
  ['marked lately', 900, { [INVALID_SINCE]: day(20).slice(0, 10) }, true, false, 'keep'],
  ['marked long ago', 900, { [INVALID_SINCE]: day(400).slice(0, 10) }, true, false, 'delete'],
];
for (const [rule, age, labels, generated, mounted, plan] of tokens)
  test(`legacy token ${rule}: ${plan}`, () => {
    const found = planLegacyToken({
      secret: secret({ labels, creationTimestamp: day(age) }),
      account: account('u1', generated ? ['robot-token'] : []),
      mounted,
      trackedSince: NOW - 800 * DAY,
      periodMs: 365 * DAY,
      now: NOW,
    });
    assert.equal(found, plan);
  });

test('tokens that nobody used for a year are marked, then taken away', async (t) => {
  const client = new FakeApiClient();
  const since = { data: { since: '2024-01-01' } };
  const metadata = { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' };
  client.add(serviceAccountKind, account('u1', ['robot-token', 'used']));
  client.add(secretKind, secret({ creationTimestamp: '2024-01-01T00:00:00Z' }));
  client.add(secretKind, secret({ name: 'used', uid: 's2', creationTimestamp: '2024-01-01T00:00:00Z' }));
  const volumes = [{ name: 'token', secret: { secretName: 'used' } }];
  const user = aPod({ name: 'user', spec: { containers: [], volumes } });
  client.add(podKind, { ...user, metadata: { ...user.metadata, namespace: 'a' } });
  client.add(configMapKind, { metadata, ...since });
  const clock = new FakeClock(NOW);
  const controllers = startControllers(client, ['legacy-service-account-token-cleaner'], { clock });
  t.after(() => controllers.stop());
  const labels = () => client.object(secretKind, 'a/robot-token')?.metadata.labels;
  await eventually(() => assert.deepEqual(labels(), { [INVALID_SINCE]: '2027-06-01' }));
  await eventually(() => {
    clock.advance(DAY * 100);
    assert.equal(client.object(secretKind, 'a/robot-token'), undefined);
  });
  assert.equal(client.object(secretKind, 'a/used')?.metadata.labels, undefined);
});
