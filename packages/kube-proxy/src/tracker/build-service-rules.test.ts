import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSlice, Service } from '@coxswain/api';
import { buildServiceRules } from './build-service-rules.ts';

function service(spec: Partial<Service['spec']>): Service {
  return {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.9',
      clusterIPs: ['10.96.0.9'],
      ports: [{ name: 'http', port: 80 }],
      ...spec,
    },
  };
}

function slice(...endpoints: [ip: string, node: string, conditions?: object][]): EndpointSlice {
  return {
    metadata: { name: 'web-1', namespace: 'default' },
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    endpoints: endpoints.map(([ip, nodeName, conditions]) => ({
      addresses: [ip],
      nodeName,
      conditions: conditions ?? { ready: true },
    })),
  };
}

const both = slice(['10.244.1.5', 'node-2'], ['10.244.0.5', 'node-1']);
const terminating = { ready: false, serving: true, terminating: true };

const cases: [name: string, service: Service, slices: EndpointSlice[], internal: string[], external: string[]][] = [
  [
    'all ready endpoints, in order',
    service({}),
    [both],
    ['10.244.0.5:8080', '10.244.1.5:8080'],
    ['10.244.0.5:8080', '10.244.1.5:8080'],
  ],
  [
    'the one on this node under internalTrafficPolicy Local',
    service({ internalTrafficPolicy: 'Local' }),
    [both],
    ['10.244.0.5:8080'],
    ['10.244.0.5:8080', '10.244.1.5:8080'],
  ],
  [
    'the one on this node for outside under externalTrafficPolicy Local',
    service({ type: 'NodePort', externalTrafficPolicy: 'Local' }),
    [both],
    ['10.244.0.5:8080', '10.244.1.5:8080'],
    ['10.244.0.5:8080'],
  ],
  [
    'no unready ones',
    service({}),
    [slice(['10.244.0.5', 'node-1', { ready: false }], ['10.244.1.5', 'node-2'])],
    ['10.244.1.5:8080'],
    ['10.244.1.5:8080'],
  ],
  [
    'terminating ones that serve, when there is nothing else',
    service({}),
    [slice(['10.244.0.5', 'node-1', terminating])],
    ['10.244.0.5:8080'],
    ['10.244.0.5:8080'],
  ],
  [
    'a ready one rather than a terminating one',
    service({}),
    [slice(['10.244.0.5', 'node-1', terminating], ['10.244.1.5', 'node-2'])],
    ['10.244.1.5:8080'],
    ['10.244.1.5:8080'],
  ],
  [
    'an endpoint in two slices once',
    service({}),
    [both, slice(['10.244.0.5', 'node-1', terminating])],
    ['10.244.0.5:8080', '10.244.1.5:8080'],
    ['10.244.0.5:8080', '10.244.1.5:8080'],
  ],
];
for (const [name, from, slices, internal, external] of cases)
  test(name, () => {
    const [rule] = buildServiceRules(from, slices, 'node-1');
    assert.deepEqual(
      rule?.internalEndpoints.map(({ ip, port }) => `${ip}:${port}`),
      internal,
    );
    assert.deepEqual(
      rule?.externalEndpoints.map(({ ip, port }) => `${ip}:${port}`),
      external,
    );
  });

test('headless and ExternalName services have no rules', () => {
  assert.deepEqual(buildServiceRules(service({ clusterIP: 'None', clusterIPs: ['None'] }), [both], 'node-1'), []);
  assert.deepEqual(
    buildServiceRules(service({ type: 'ExternalName', externalName: 'a.example' }), [both], 'node-1'),
    [],
  );
});

test('ports are matched by name and protocol', () => {
  const rules = buildServiceRules(
    service({
      ports: [
        { name: 'http', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    }),
    [both],
    'node-1',
  );
  assert.deepEqual(
    rules.map(({ portName, internalEndpoints }) => [portName, internalEndpoints.length]),
    [
      ['http', 2],
      ['dns', 0],
    ],
  );
});
