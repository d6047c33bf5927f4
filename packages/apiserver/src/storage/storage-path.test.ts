import assert from 'node:assert/strict';
import { it } from 'node:test';
import { allKinds } from '@coxswain/api';
import { storageKey, storagePrefix } from './storage-path.ts';

for (const [group, plural, prefix] of [
  ['', 'pods', '/registry/pods/'],
  ['', 'nodes', '/registry/minions/'],
  ['', 'services', '/registry/services/specs/'],
  ['', 'endpoints', '/registry/services/endpoints/'],
  ['', 'replicationcontrollers', '/registry/controllers/'],
  ['apps', 'deployments', '/registry/deployments/'],
  ['coordination.k8s.io', 'leases', '/registry/leases/'],
  ['networking.k8s.io', 'ingresses', '/registry/ingress/'],
] as const) {
  it(`${plural}.${group} are stored in ${prefix}`, () => assert.equal(storagePrefix({ group, plural }), prefix));
}

it('a key is folder, namespace and name', () => {
  assert.equal(storageKey({ group: '', plural: 'pods' }, 'ns', 'a'), '/registry/pods/ns/a');
  assert.equal(storageKey({ group: '', plural: 'nodes' }, '', 'node-1'), '/registry/minions/node-1');
});

it('no folder of a kind holds that of another', () => {
  const prefixes = [...new Set(allKinds.map(storagePrefix))];
  for (const a of prefixes) for (const b of prefixes) assert.ok(a === b || !a.startsWith(b), `${a} in ${b}`);
});
