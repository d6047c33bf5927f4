import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InspectedContainer, nodesOf } from './load-images.ts';

const container = (name: string, project: string, destination = '/var/lib/coxswain/images'): InspectedContainer => ({
  Id: `id-${name}`,
  Name: `/${name}`,
  Config: { Labels: { 'com.docker.compose.project': project } },
  Mounts: [{ Destination: destination, Source: `/srv/${project}/images` }],
});

test('the nodes of one cluster, by name', () => {
  const nodes = nodesOf([container('n2', 'a'), container('n1', 'a'), container('other', 'a', '/elsewhere')]);
  assert.deepEqual(
    nodes.map(({ name, folder }) => [name, folder]),
    [
      ['n1', '/srv/a/images'],
      ['n2', '/srv/a/images'],
    ],
  );
});

test('no nodes, or those of several clusters, are an error that says what to do', () => {
  assert.throws(() => nodesOf([container('x', 'a', '/elsewhere')]), /no node of a compose cluster runs/);
  assert.throws(() => nodesOf([container('n1', 'b'), container('n1', 'a')]), /\(a, b\); choose one with --project/);
});
