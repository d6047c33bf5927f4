import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IPAddress, Service } from '@coxswain/api';
import { readBitmap, writeBitmap } from './bitmap.ts';
import { parseIpRange } from './ip-range.ts';
import { planRepair, type RepairPlan } from './plan-repair.ts';

const NOW = Date.parse('2020-01-01T01:00:00Z');
const OPTIONS = {
  ranges: [parseIpRange('10.96.0.0/24')],
  portRange: { first: 30000, last: 30009 },
  graceMs: 60_000,
  now: NOW,
  leaked: new Map<number, number>(),
};

const service = (name: string, clusterIP: string, nodePort?: number) =>
  ({
    metadata: { name, namespace: 'default' },
    spec: { type: 'NodePort', clusterIP, clusterIPs: [clusterIP], ports: [{ port: 1, nodePort }] },
  }) as unknown as Service;
const address = (name: string, of: string, at = '2020-01-01T00:00:00Z', managed = true) =>
  ({
    metadata: {
      name,
      uid: name,
      creationTimestamp: at,
      labels: managed ? { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' } : {},
    },
    spec: { parentRef: { group: '', resource: 'services', namespace: 'default', name: of } },
  }) as unknown as IPAddress;

const summary = (plan: RepairPlan) => ({
  claim: plan.claim.map((one) => one.address),
  release: plan.release.map(({ metadata }) => metadata.name),
  take: [...plan.take],
  free: [...plan.free],
  conflicts: plan.conflicts,
});
const NOTHING = { claim: [], release: [], take: [], free: [], conflicts: [] };

test('claims and services that match are left alone', () => {
  const state = {
    services: [service('a', '10.96.0.5', 30001), service('headless', 'None')],
    addresses: [address('10.96.0.5', 'a')],
    portsTaken: new Set([30001]),
  };
  assert.deepEqual(summary(planRepair(state, OPTIONS)), NOTHING);
});

test('a service without claims gets them', () => {
  const state = { services: [service('a', '10.96.0.5', 30001)], addresses: [], portsTaken: new Set<number>() };
  assert.deepEqual(summary(planRepair(state, OPTIONS)), { ...NOTHING, claim: ['10.96.0.5'], take: [30001] });
});

for (const [name, claim, released] of [
  ['of no service', address('10.96.0.9', 'gone'), true],
  ['of a service with another address', address('10.96.0.9', 'a'), true],
  ['younger than the grace', address('10.96.0.9', 'gone', '2020-01-01T00:59:30Z'), false],
  ['that somebody else made', address('10.96.0.9', 'gone', undefined, false), false],
] as const)
  test(`an address ${name} is ${released ? 'released' : 'kept'}`, () => {
    const state = {
      services: [service('a', '10.96.0.5', 30001)],
      addresses: [address('10.96.0.5', 'a'), claim],
      portsTaken: new Set([30001]),
    };
    assert.deepEqual(summary(planRepair(state, OPTIONS)), { ...NOTHING, release: released ? ['10.96.0.9'] : [] });
  });

test('a port of no service is freed after the grace', () => {
  const state = { services: [], addresses: [], portsTaken: new Set([30002, 30003]) };
  const first = planRepair(state, { ...OPTIONS, leaked: new Map([[30003, NOW - 60_000]]) });
  assert.deepEqual([[...first.free], first.leaked.get(30002)], [[30003], NOW]);
  const again = { services: [service('a', 'None', 30002)], addresses: [], portsTaken: new Set([30002]) };
  assert.equal(planRepair(again, { ...OPTIONS, leaked: first.leaked }).leaked.size, 0);
});

test('two services with the same address or port are told of', () => {
  const state = {
    services: [service('a', '10.96.0.5', 30001), service('b', '10.96.0.5', 30001)],
    addresses: [address('10.96.0.5', 'a')],
    portsTaken: new Set([30001]),
  };
  assert.deepEqual(planRepair(state, OPTIONS).conflicts, [
    '10.96.0.5 is held by default/a and default/b',
    'node port 30001 is held by default/a and default/b',
  ]);
});

test('a bitmap is upstreams: bit n of a big-endian number', () => {
  assert.equal(writeBitmap(new Set([0, 9])), Buffer.from([2, 1]).toString('base64'));
  assert.deepEqual([...readBitmap(writeBitmap(new Set([0, 9, 2767])))], [0, 9, 2767]);
  assert.equal(writeBitmap(new Set()), '');
});
