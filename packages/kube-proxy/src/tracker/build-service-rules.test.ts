import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSlice, Service } from '@coxswain/api';
import { deepFreeze } from '@coxswain/client/testing';
import { externalEndpoints, internalEndpoints, type ServicePortRule } from '../rule-set.ts';
import { type BuildOptions, buildServiceRules } from './build-service-rules.ts';

type Where = [ip: string, node: string, extra?: object];

const here: BuildOptions = { node: 'node-1', zone: 'a' };

function service(spec: Partial<Service['spec']>, status?: Service['status']): Service {
  return {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.9',
      clusterIPs: ['10.96.0.9'],
      ports: [{ name: 'http', port: 80 }],
      ...spec,
    },
    ...(status ? { status } : {}),
  };
}

function slice(...endpoints: Where[]): EndpointSlice {
  return {
    metadata: { name: 'web-1', namespace: 'default' },
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    endpoints: endpoints.map(([ip, nodeName, extra]) => ({
      addresses: [ip],
      nodeName,
      conditions: { ready: true },
      ...extra,
    })),
  };
}

function build(from: Service, slices: EndpointSlice[], options = here): ServicePortRule[] {
  return buildServiceRules(deepFreeze(from), deepFreeze(slices), options);
}
function only(from: Service, slices: EndpointSlice[], options = here): ServicePortRule {
  const rules = build(from, slices, options);
  assert.equal(rules.length, 1);
  return rules[0] as ServicePortRule;
}
const hosts = (endpoints: readonly { ip: string }[]) => endpoints.map(({ ip }) => ip.split('.').at(-1)).join(' ');

const conditions = {
  unready: { conditions: { ready: false } },
  terminating: { conditions: { ready: false, serving: true, terminating: true } },
  gone: { conditions: { ready: false, serving: false, terminating: true } },
};
const zone = (name: string) => ({ zone: name });
const hint = (zones: string[], nodes: string[] = []) => ({
  hints: { forZones: zones.map((name) => ({ name })), forNodes: nodes.map((name) => ({ name })) },
});
const both = slice(['10.244.1.5', 'node-2'], ['10.244.0.4', 'node-1']);
const away = slice(['10.244.1.5', 'node-2']);
const local = { type: 'NodePort', externalTrafficPolicy: 'Local' } as const;
const near = (distribution: string) => service({ trafficDistribution: distribution });
const zoned = slice(
  ['10.0.0.1', 'node-1', zone('a')],
  ['10.0.0.2', 'node-2', zone('a')],
  ['10.0.0.3', 'n3', zone('b')],
);

const cases: [name: string, Service, EndpointSlice[], internal: string, external: string, BuildOptions?][] = [
  ['all ready endpoints, in order', service({}), [both], '4 5', '4 5'],
  ['internalTrafficPolicy Local', service({ internalTrafficPolicy: 'Local', type: 'NodePort' }), [both], '4', '4 5'],
  ['internalTrafficPolicy Local, none here', service({ internalTrafficPolicy: 'Local' }), [away], '', ''],
  ['externalTrafficPolicy Local', service(local), [both], '4 5', '4'],
  ['externalTrafficPolicy Local, none here', service(local), [away], '5', ''],
  ['no unready ones', service({}), [slice(['1.1.1.4', 'node-1', conditions.unready], ['1.1.1.5', 'n2'])], '5', '5'],
  [
    'terminating ones that serve as a last resort',
    service({}),
    [slice(['1.1.1.4', 'n', conditions.terminating])],
    '4',
    '4',
  ],
  ['terminating ones that serve no more', service({}), [slice(['1.1.1.4', 'n', conditions.gone])], '', ''],
  [
    'a ready one rather than a terminating one',
    service({}),
    [slice(['1.1.1.4', 'node-1', conditions.terminating], ['1.1.1.5', 'n2'])],
    '5',
    '5',
  ],
  [
    'under Local, a terminating one here rather than a ready one elsewhere',
    service(local),
    [slice(['1.1.1.4', 'node-1', conditions.terminating], ['1.1.1.5', 'n2'])],
    '5',
    '4',
  ],
  [
    'an endpoint in two slices once',
    service({}),
    [both, slice(['10.244.0.4', 'node-1', conditions.unready])],
    '4 5',
    '4 5',
  ],
  ['what publishNotReadyAddresses makes ready', service({ publishNotReadyAddresses: true }), [both], '4 5', '4 5'],
  ['PreferSameNode: here', near('PreferSameNode'), [zoned], '1', '1'],
  ['PreferSameNode: else the zone', near('PreferSameNode'), [zoned], '3', '3', { node: 'n9', zone: 'b' }],
  ['PreferSameNode: else all', near('PreferSameNode'), [zoned], '1 2 3', '1 2 3', { node: 'n9', zone: 'c' }],
  ['PreferSameZone', near('PreferSameZone'), [zoned], '1 2', '1 2'],
  ['PreferClose is PreferSameZone', near('PreferClose'), [zoned], '3', '3', { node: 'n9', zone: 'b' }],
  ['PreferSameZone without a zone', near('PreferSameZone'), [zoned], '1 2 3', '1 2 3', { node: 'node-1' }],
  ['the cluster prefers its own node', service({}), [zoned], '1', '1', { ...here, preferLocal: true }],
  [
    'but a Service that says zone means zone',
    near('PreferSameZone'),
    [zoned],
    '1 2',
    '1 2',
    { ...here, preferLocal: true },
  ],
  [
    'zone hints, whatever the endpoints’ own zones',
    service({}),
    [slice(['1.1.1.1', 'n1', hint(['b'])], ['1.1.1.2', 'n2', hint(['a', 'b'])])],
    '2',
    '2',
  ],
  [
    'hints on some only count for nothing',
    service({}),
    [slice(['1.1.1.1', 'n1', hint(['a'])], ['1.1.1.2', 'n2'])],
    '1 2',
    '1 2',
  ],
  ['hints that leave nothing count for nothing', service({}), [slice(['1.1.1.1', 'n1', hint(['z'])])], '1', '1'],
  [
    'node hints before zone hints',
    service({}),
    [slice(['1.1.1.1', 'n1', hint(['a'], ['n1'])], ['1.1.1.2', 'node-1', hint(['a'], ['node-1'])])],
    '2',
    '2',
  ],
  [
    'an unready endpoint here is not preferred',
    near('PreferSameNode'),
    [slice(['1.1.1.1', 'node-1', conditions.unready], ['1.1.1.2', 'n2'])],
    '2',
    '2',
  ],
];
for (const [name, from, slices, internal, external, options] of cases)
  test(name, () => {
    const rule = only(from, slices, options);
    assert.deepEqual([hosts(internalEndpoints(rule)), hosts(externalEndpoints(rule))], [internal, external]);
  });

test('headless and ExternalName Services have no rules', () => {
  assert.deepEqual(build(service({ clusterIP: 'None', clusterIPs: ['None'] }), [both]), []);
  assert.deepEqual(build(service({ type: 'ExternalName', externalName: 'a.example' }), [both]), []);
});

test('ports are matched by name and protocol', () => {
  const rules = build(
    service({
      ports: [
        { name: 'http', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'assoc', port: 9, protocol: 'SCTP' },
      ],
    }),
    [both, { ...both, ports: [{ name: 'assoc', protocol: 'SCTP', port: 7000 }] }],
  );
  assert.deepEqual(
    rules.map(({ portName, protocol, clusterEndpoints, anyEndpoints }) => [
      portName,
      protocol,
      clusterEndpoints.length,
      anyEndpoints,
    ]),
    [
      ['http', 'TCP', 2, true],
      ['dns', 'UDP', 0, false],
      ['assoc', 'SCTP', 2, true],
    ],
  );
});

test('a load balancer’s addresses, ranges and health check', () => {
  const rule = only(
    service(
      {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 32_000,
        loadBalancerSourceRanges: [' 192.0.2.0/24', '2001:db8::/32'],
        externalIPs: ['198.51.100.7', '2001:db8::7'],
        ports: [{ name: 'http', port: 80, nodePort: 30_080 }],
      },
      { loadBalancer: { ingress: [{ ip: '203.0.113.9' }, { ip: '203.0.113.8', ipMode: 'Proxy' }, { hostname: 'x' }] } },
    ),
    [both],
  );
  assert.deepEqual(rule.loadBalancerIPs, ['203.0.113.9']);
  assert.deepEqual(rule.externalIPs, ['198.51.100.7']);
  assert.deepEqual(rule.sourceRanges, ['192.0.2.0/24']);
  assert.deepEqual([rule.nodePort, rule.healthCheckNodePort], [30_080, 32_000]);
});

test('what a type does not have is not taken from the object', () => {
  const rule = only(
    service(
      { healthCheckNodePort: 32_000, ports: [{ name: 'http', port: 80, nodePort: 30_080 }] },
      { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } },
    ),
    [both],
  );
  assert.deepEqual([rule.loadBalancerIPs, rule.nodePort, rule.healthCheckNodePort], [[], undefined, undefined]);
});

test('affinity by the client’s address, three hours unless told', () => {
  assert.equal(only(service({}), [both]).affinitySeconds, undefined);
  assert.equal(only(service({ sessionAffinity: 'ClientIP' }), [both]).affinitySeconds, 10_800);
  const short = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 7 } } };
  assert.equal(only(service(short), [both]).affinitySeconds, 7);
});

test('two families are two rules, each with its own slices', () => {
  const six = { ...slice(['fd00::5', 'node-1']), addressType: 'IPv6' };
  const rules = build(service({ clusterIPs: ['10.96.0.9', 'fd00:96::9'] }), [both, six]);
  assert.deepEqual(
    rules.map(({ family, clusterIP, clusterEndpoints }) => [family, clusterIP, clusterEndpoints.map(({ ip }) => ip)]),
    [
      ['IPv4', '10.96.0.9', ['10.244.0.4', '10.244.1.5']],
      ['IPv6', 'fd00:96::9', ['fd00::5']],
    ],
  );
});

test('malformed endpoints are left out', () => {
  const odd = slice(['not-an-address', 'node-1'], ['fd00::5', 'node-1'], ['10.244.0.4', 'node-1']);
  assert.equal(hosts(only(service({}), [odd]).clusterEndpoints), '4');
  assert.equal(
    only(service({}), [{ ...both, ports: [{ name: 'http', protocol: 'TCP', port: 0 }] }]).anyEndpoints,
    false,
  );
});
