import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { configMapKind, type Secret, secretKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { startControllers } from '../../testing/index.ts';

const encode = (fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, Buffer.from(text).toString('base64')]));
const token = (id: string, more: Record<string, string> = {}): Secret => ({
  metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system', uid: id },
  type: 'bootstrap.kubernetes.io/token',
  data: encode({ 'token-id': id, 'token-secret': 'f395accd246ae52d', 'usage-bootstrap-signing': 'true', ...more }),
});

test('cluster-info carries the signature of each token that may sign, and of no other', async (t) => {
  const client = new FakeApiClient();
  const metadata = { name: 'cluster-info', namespace: 'kube-public' };
  client.add(configMapKind, { metadata, data: { kubeconfig: 'servers', 'jws-kubeconfig-gone00': 'old' } });
  client.add(secretKind, token('07401b'));
  client.add(secretKind, token('expire', { expiration: '2020-01-01T00:00:00Z' }));
  client.add(secretKind, token('others', { 'usage-bootstrap-signing': 'false' }));
  const controllers = startControllers(client, ['bootstrapsigner']);
  t.after(() => controllers.stop());
  const data = () => client.object(configMapKind, 'kube-public/cluster-info')?.data ?? {};
  await eventually(() => assert.deepEqual(Object.keys(data()).sort(), ['jws-kubeconfig-07401b', 'kubeconfig']));
  const [header = '', body, sum] = (data()['jws-kubeconfig-07401b'] ?? '').split('.');
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'HS256', kid: '07401b' });
  assert.equal(body, '');
  const signed = `${header}.${Buffer.from('servers').toString('base64url')}`;
  assert.equal(sum, createHmac('sha256', 'f395accd246ae52d').update(signed).digest('base64url'));
  client.change(configMapKind, 'kube-public/cluster-info', (next) => {
    next.data = { ...next.data, kubeconfig: 'other servers' };
  });
  const before = data()['jws-kubeconfig-07401b'];
  await eventually(() => assert.notEqual(data()['jws-kubeconfig-07401b'], before));
  client.remove(secretKind, 'kube-system/bootstrap-token-07401b');
  await eventually(() => assert.deepEqual(data(), { kubeconfig: 'other servers' }));
});
