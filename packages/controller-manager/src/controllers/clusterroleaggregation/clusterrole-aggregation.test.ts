import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClusterRole, clusterRoleKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import { eventually } from '@coxswain/foundation/testing';
import { startControllers } from '../../testing/index.ts';

const role = (name: string, labels: Record<string, string>, ...resources: string[]): ClusterRole => ({
  metadata: { name, labels },
  rules: resources.map((resource) => ({ apiGroups: [''], resources: [resource], verbs: ['get'] })),
});

test('an aggregated role follows the roles that it selects', async (t) => {
  const client = new FakeApiClient();
  const view = { ...role('view', {}), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: 'view' } }] } };
  client.add(clusterRoleKind, view);
  client.add(clusterRoleKind, role('b', { to: 'view' }, 'pods', 'services'));
  client.add(clusterRoleKind, role('other', { to: 'edit' }, 'secrets'));
  const controllers = startControllers(client, ['clusterrole-aggregation']);
  t.after(() => controllers.stop());
  const seen = () => client.object(clusterRoleKind, 'view')?.rules?.map(({ resources }) => resources?.[0]);
  await eventually(() => assert.deepEqual(seen(), ['pods', 'services']));
  client.add(clusterRoleKind, role('a', { to: 'view' }, 'nodes', 'pods'));
  await eventually(() => assert.deepEqual(seen(), ['nodes', 'pods', 'services']));
  client.remove(clusterRoleKind, 'b');
  await eventually(() => assert.deepEqual(seen(), ['nodes', 'pods']));
});
