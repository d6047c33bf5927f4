import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMapKind, namespaceKind, podKind, serviceAccountKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { aPod, startControllers } from '../../testing/index.ts';

const namespace = (name: string) => ({
  metadata: { name },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

test('a namespace waits for its content, says for what, and goes', async (t) => {
  const client = new FakeApiClient();
  client.add(namespaceKind, namespace('team'), namespace('default'));
  client.add(
    configMapKind,
    { metadata: { name: 'a', namespace: 'team' } },
    { metadata: { name: 'kept', namespace: 'default' } },
  );
  const pod = aPod({ name: 'held' });
  pod.metadata.namespace = 'team';
  pod.metadata.finalizers = ['example.com/hold'];
  client.add(podKind, pod);
  const controllers = startControllers(client, ['namespace']);
  t.after(() => controllers.stop());
  await client.resource(namespaceKind).delete('team');
  await eventually(() => {
    const conditions = client.object(namespaceKind, 'team')?.status?.conditions ?? [];
    const byType = Object.fromEntries(conditions.map(({ type, status, message }) => [type, `${status} ${message}`]));
    assert.equal(
      byType['NamespaceContentRemaining'],
      'True Some resources are remaining: pods. has 1 resource instances',
    );
    assert.equal(
      byType['NamespaceFinalizersRemaining'],
      'True Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    );
    assert.equal(byType['NamespaceDeletionDiscoveryFailure'], 'False All resources successfully discovered');
  });
  assert.equal(client.object(configMapKind, 'team/a'), undefined);
  client.remove(podKind, 'team/held');
  await eventually(() => assert.equal(client.object(namespaceKind, 'team'), undefined));
  assert.notEqual(client.object(configMapKind, 'default/kept'), undefined);
});

test('every namespace has its default account and root certificate', async (t) => {
  const client = new FakeApiClient();
  client.add(namespaceKind, namespace('team'));
  const controllers = startControllers(client, ['serviceaccount', 'root-ca-cert-publisher'], { rootCA: 'PEM' });
  t.after(() => controllers.stop());
  await eventually(() => assert.ok(client.object(serviceAccountKind, 'team/default')));
  await eventually(() => assert.equal(client.object(configMapKind, 'team/kube-root-ca.crt')?.data?.['ca.crt'], 'PEM'));
  client.remove(serviceAccountKind, 'team/default');
  client.change(configMapKind, 'team/kube-root-ca.crt', (map) => {
    map.data = { 'ca.crt': 'other' };
  });
  await eventually(() => assert.ok(client.object(serviceAccountKind, 'team/default')));
  await eventually(() => assert.equal(client.object(configMapKind, 'team/kube-root-ca.crt')?.data?.['ca.crt'], 'PEM'));
});
