import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSlice, Pod } from '@coxswain/api';
import { aPod, aService } from '../../testing/index.ts';
import { type EndpointSlicesInput, planEndpointSlices } from './plan-endpoint-slices.ts';

const plan = (input: Partial<EndpointSlicesInput>) =>
  planEndpointSlices({ service: aService(), pods: [], slices: [], zoneOf: () => undefined, ...input });
const names = (slice: EndpointSlice | undefined) => slice?.endpoints?.map(({ targetRef }) => targetRef?.name);
const many = (count: number, from = 0): Pod[] =>
  Array.from({ length: count }, (_, i) => aPod({ name: `p${from + i}`, ip: `10.244.1.${from + i}` }));
const stored = (slice: EndpointSlice, name: string): EndpointSlice => ({
  ...slice,
  metadata: { ...slice.metadata, name, uid: name },
});

test('a slice says all that a consumer needs', () => {
  const { create } = plan({ pods: [aPod({ name: 'a', ip: '10.244.1.2' })], zoneOf: () => 'zone-a' });
  assert.deepEqual(create, [
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: '',
        generateName: 'web-',
        namespace: 'default',
        labels: {
          team: 'blue',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'Service',
            name: 'web',
            uid: 'service-uid',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.244.1.2'],
          conditions: { ready: true, serving: true, terminating: false },
          targetRef: { kind: 'Pod', namespace: 'default', name: 'a', uid: 'a-uid' },
          nodeName: 'node-1',
          zone: 'zone-a',
        },
      ],
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    },
  ]);
});

const conditions: [what: string, pod: Parameters<typeof aPod>[0], publish: boolean, expected: string | undefined][] = [
  ['ready', {}, false, 'ready serving'],
  ['not ready', { ready: false }, false, ''],
  ['not ready, published', { ready: false }, true, 'ready'],
  ['terminating, still serving', { deleting: true }, false, 'serving terminating'],
  ['terminating and not ready', { deleting: true, ready: false }, false, 'terminating'],
  ['finished', { phase: 'Succeeded' }, false, undefined],
  ['without an address', { ip: '' }, false, undefined],
];
for (const [what, pod, publish, expected] of conditions) {
  test(`conditions of a pod that is ${what}`, () => {
    const service = aService({ publishNotReadyAddresses: publish });
    const endpoint = plan({ service, pods: [aPod(pod)] }).create[0]?.endpoints?.[0];
    const set = Object.entries(endpoint?.conditions ?? {}).filter(([, value]) => value);
    assert.equal(endpoint && set.map(([name]) => name).join(' '), expected);
  });
}

test('named target ports split pods by their numbers; pods without the port are left out', () => {
  const service = aService({ ports: [{ name: 'http', port: 80, targetPort: 'web' }] });
  const on = (name: string, containerPort: number) =>
    aPod({ name, spec: { containers: [{ name: 'c', ports: [{ name: 'web', containerPort }] }] } });
  const { create } = plan({ service, pods: [on('a', 8080), on('b', 9090), on('c', 8080), aPod({ name: 'd' })] });
  assert.deepEqual(
    create.map((slice) => [slice.ports?.[0]?.port, names(slice)]),
    [
      [8080, ['a', 'c']],
      [9090, ['b']],
    ],
  );
});

test('at most 100 endpoints a slice, and later changes touch as few slices as may be', () => {
  const first = plan({ pods: many(250) });
  assert.deepEqual(
    first.create.map(({ endpoints }) => endpoints?.length),
    [100, 100, 50],
  );
  const slices = first.create.map((slice, i) => stored(slice, `s${i}`));
  assert.deepEqual(plan({ pods: many(250), slices }), { create: [], update: [], remove: [] });

  const more = plan({ pods: many(260), slices });
  assert.deepEqual(
    more.update.map(({ metadata, endpoints }) => [metadata.name, endpoints?.length]),
    [['s2', 60]],
  );
  assert.equal(more.create.length, 0);

  const replaced = plan({ pods: [...many(249, 1), ...many(1, 250)], slices });
  assert.deepEqual(
    replaced.update.map(({ metadata, endpoints }) => [metadata.name, endpoints?.length]),
    [['s0', 100]],
  );

  const fewer = plan({ pods: many(200), slices });
  assert.deepEqual(
    fewer.remove.map(({ metadata }) => metadata.name),
    ['s2'],
  );
});

test('without endpoints an empty slice stays; it goes when there are some', () => {
  const { create } = plan({});
  assert.deepEqual(
    create.map(({ endpoints, ports }) => [endpoints, ports]),
    [[[], []]],
  );
  const slices = create.map((slice) => stored(slice, 'empty'));
  assert.deepEqual(plan({ slices }), { create: [], update: [], remove: [] });
  const next = plan({ slices, pods: [aPod({ name: 'a' })] });
  assert.deepEqual(
    next.remove.map(({ metadata }) => metadata.name),
    ['empty'],
  );
  assert.deepEqual(next.create.map(names), [['a']]);
});

test('one slice a family, a headless Service may have no ports', () => {
  const service = aService({ clusterIP: 'None', ipFamilies: ['IPv4', 'IPv6'], ports: [] });
  const pod = aPod({ name: 'a' });
  pod.status = { ...pod.status, podIPs: [{ ip: '10.244.0.1' }, { ip: 'fd00::1' }] };
  const { create } = plan({ service, pods: [pod] });
  assert.deepEqual(
    create.map(({ addressType, endpoints }) => [addressType, endpoints?.[0]?.addresses]),
    [
      ['IPv4', ['10.244.0.1']],
      ['IPv6', ['fd00::1']],
    ],
  );
  assert.equal(create[0]?.metadata.labels?.['service.kubernetes.io/headless'], '');
});

test('trafficDistribution hints ready endpoints to their own zone, and node', () => {
  const hintsOf = (trafficDistribution: string | undefined) => {
    const near = aService(trafficDistribution === undefined ? {} : { trafficDistribution });
    const pods = [aPod({ name: 'a', ip: '10.0.0.1', node: 'n1' }), aPod({ name: 'b', ip: '10.0.0.2', ready: false })];
    const { create } = planEndpointSlices({ service: near, pods, slices: [], zoneOf: () => 'z1' });
    return create[0]?.endpoints?.map(({ hints }) => hints);
  };
  const forZones = [{ name: 'z1' }];
  assert.deepEqual(hintsOf(undefined), [undefined, undefined]);
  assert.deepEqual(hintsOf('PreferClose'), [{ forZones }, undefined]);
  assert.deepEqual(hintsOf('PreferSameNode'), [{ forZones, forNodes: [{ name: 'n1' }] }, undefined]);
});
