import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { EndpointSlice, Node, Service } from '@coxswain/api';
import { planLoadBalancer, wantsLoadBalancer } from './plan-load-balancer.ts';

function service(
  name: string,
  ports: readonly (readonly [string, number])[],
  more: Record<string, unknown> = {},
  created = 1,
): Service {
  return {
    metadata: { name, namespace: 'default', uid: name, creationTimestamp: `2026-01-0${created}T00:00:00Z` },
    spec: { type: 'LoadBalancer', ports: ports.map(([protocol, port]) => ({ protocol, port })), ...more },
  } as unknown as Service;
}

function node(name: string, ip: string, ready = 'True', labels: Record<string, string> = {}): Node {
  return {
    metadata: { name, labels },
    status: {
      addresses: [
        { type: 'InternalIP', address: ip },
        { type: 'Hostname', address: name },
      ],
      conditions: [{ type: 'Ready', status: ready }],
    },
  } as unknown as Node;
}

const nodes = [
  node('b', '192.0.2.2'),
  node('a', '192.0.2.1'),
  node('down', '192.0.2.3', 'Unknown'),
  node('apart', '192.0.2.4', 'True', { 'node.kubernetes.io/exclude-from-external-load-balancers': '' }),
];
const slices = [
  {
    endpoints: [
      { addresses: ['10.244.0.1'], nodeName: 'b', conditions: { ready: true } },
      { addresses: ['10.244.1.1'], nodeName: 'a', conditions: { ready: false } },
    ],
  },
] as unknown as EndpointSlice[];

suite('planLoadBalancer', () => {
  const web = service('web', [['TCP', 80]]);
  const cases: readonly (readonly [string, Service, readonly Service[], unknown])[] = [
    ['ready nodes by address', web, [web], { kind: 'addresses', ips: ['192.0.2.1', '192.0.2.2'] }],
    [
      'local traffic: nodes with a ready endpoint',
      service('web', [['TCP', 80]], { externalTrafficPolicy: 'Local' }),
      [],
      { kind: 'addresses', ips: ['192.0.2.2'] },
    ],
    [
      'a port that an older Service has',
      service(
        'late',
        [
          ['TCP', 81],
          ['TCP', 80],
        ],
        {},
        2,
      ),
      [web],
      { kind: 'refused', message: 'port TCP 80 of the nodes is taken by service default/web' },
    ],
    [
      'the same number by another protocol',
      service('late', [['UDP', 80]], {}, 2),
      [web],
      { kind: 'addresses', ips: ['192.0.2.1', '192.0.2.2'] },
    ],
    [
      'a younger Service with the port',
      web,
      [web, service('late', [['TCP', 80]], {}, 2)],
      { kind: 'addresses', ips: ['192.0.2.1', '192.0.2.2'] },
    ],
    [
      "a port of the nodes' own",
      service('bad', [['TCP', 10250]]),
      [],
      { kind: 'refused', message: 'port TCP 10250 belongs to the nodes themselves' },
    ],
  ];
  for (const [title, asked, balanced, want] of cases)
    test(title, () => assert.deepEqual(planLoadBalancer(asked, { balanced, nodes, slices }), want));

  test('only Services of the type and of its class', () => {
    assert.equal(wantsLoadBalancer(web), true);
    assert.equal(wantsLoadBalancer(service('x', [], { loadBalancerClass: 'coxswain.dev/service-lb' })), true);
    assert.equal(wantsLoadBalancer(service('x', [], { loadBalancerClass: 'example.com/other' })), false);
    assert.equal(wantsLoadBalancer(service('x', [], { type: 'ClusterIP' })), false);
  });
});
