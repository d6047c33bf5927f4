import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitCommand } from '../split-command.ts';
import { matchCategory, matchResource } from './match-resource.ts';
import type { ApiResource } from './resource.ts';

const resource = (plural: string, kind: string, extra: Partial<ApiResource> = {}): ApiResource => ({
  group: '',
  version: 'v1',
  plural,
  singular: kind.toLowerCase(),
  kind,
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['list', 'get'],
  ...extra,
});
const ALL = [
  resource('pods', 'Pod', { shortNames: ['po'], categories: ['all'] }),
  resource('events', 'Event', { shortNames: ['ev'] }),
  resource('deployments', 'Deployment', { group: 'apps', shortNames: ['deploy'], categories: ['all'] }),
  resource('events', 'Event', { group: 'events.k8s.io', shortNames: ['ev'] }),
  resource('boats', 'Boat', { group: 'example.org', version: 'v2' }),
];

const cases: [string, string | undefined][] = [
  ['pods', 'pods.'],
  ['pod', 'pods.'],
  ['Pod', 'pods.'],
  ['PO', 'pods.'],
  ['deploy', 'deployments.apps'],
  ['deployments.apps', 'deployments.apps'],
  ['deploy.v1.apps', 'deployments.apps'],
  ['events', 'events.'],
  ['events.events.k8s.io', 'events.events.k8s.io'],
  ['ev.events.k8s.io', 'events.events.k8s.io'],
  ['boat.v2.example.org', 'boats.example.org'],
  ['boat.v1.example.org', undefined],
  ['pods.apps', undefined],
  ['nope', undefined],
];
for (const [word, wanted] of cases)
  test(`resource ${word}`, () => {
    const found = matchResource(word, ALL);
    assert.equal(found && `${found.plural}.${found.group}`, wanted);
  });

test('categories', () => {
  assert.deepEqual(
    matchCategory('all', ALL).map(({ plural }) => plural),
    ['pods', 'deployments'],
  );
});

test('flags may stand before the command', () => {
  assert.deepEqual(splitCommand(['-n', 'kube-system', '--context=c', 'get', 'pods']), {
    name: 'get',
    rest: ['-n', 'kube-system', '--context=c', 'pods'],
  });
  assert.equal(splitCommand(['-h']).name, undefined);
  assert.equal(splitCommand(['-n', 'get']).name, undefined);
});
