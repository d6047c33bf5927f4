import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { suite, test } from 'node:test';
import type { EndpointSlice, Service } from '@coxswain/api';
import fc from 'fast-check';
import { sampleService, sampleSlice } from '../testing/sample-objects.ts';
import { buildServiceRules } from './build-service-rules.ts';
import { usableAddress, usableRange } from './valid-input.ts';

const place = { node: 'node-1', serviceCIDRs: ['10.96.0.0/16', 'fd00:96::/112'] };
const endpointsOf = (service: Service, slice: EndpointSlice) =>
  buildServiceRules(service, [slice], place).flatMap(({ clusterEndpoints }) =>
    clusterEndpoints.map(({ ip, port }) => `${ip} ${port}`),
  );

suite('what others wrote is checked again', () => {
  const refused = [
    ...[
      '',
      'a.b',
      '10.0.0',
      '10.0.0.1/32',
      '10.0.0.1, 10.0.0.2',
      '1.2.3.4 }; flush ruleset',
      'fd00::1',
      '::ffff:1.2.3.4',
    ],
    ...['127.0.0.1', '169.254.169.254', '0.0.0.0', '224.0.0.1'],
  ];
  for (const address of refused)
    test(`no endpoint at "${address}"`, () => {
      assert.deepEqual(endpointsOf(sampleService(), sampleSlice([{ ip: address }, { ip: '10.244.0.5' }])), [
        '10.244.0.5 8080',
      ]);
    });

  test('nor at such an address of IPv6, which has one form', () => {
    for (const address of ['::1', 'fe80::1', 'fe80::1%eth0', '::', '::ffff:10.0.0.1', 'fd00::g'])
      assert.equal(usableAddress(address, 'IPv6'), undefined, address);
    assert.equal(usableAddress('FD00:0:0::01', 'IPv6'), 'fd00::1');
  });

  for (const port of [0, -1, 65_536, 1.5, Number.NaN, '80', null])
    test(`no endpoint at port ${port}, and no Service there`, () => {
      const ports = [{ name: '', protocol: 'TCP', port: port as number }];
      assert.deepEqual(endpointsOf(sampleService(), sampleSlice([{ ip: '10.244.0.5' }], { ports })), []);
      assert.deepEqual(endpointsOf(sampleService({ ports }), sampleSlice([{ ip: '10.244.0.5' }])), []);
    });

  test('a protocol or name that nobody knows', () => {
    const slice = sampleSlice([{ ip: '10.244.0.5' }]);
    const odd = [
      { port: 80, protocol: 'QUIC' },
      { port: 80, protocol: 'TCP', name: 'a" -j ACCEPT' },
    ];
    for (const ports of odd) assert.deepEqual(buildServiceRules(sampleService({ ports: [ports] }), [slice], place), []);
  });

  test("an external address among the cluster IPs is nobody's", () => {
    const status = { loadBalancer: { ingress: [{ ip: '10.96.0.10' }, { ip: '203.0.113.9' }] } };
    const spec = { type: 'LoadBalancer', externalIPs: ['10.96.0.1', '203.0.113.5', '127.0.0.1', '1.1.1.1 }'] };
    const [rule] = buildServiceRules(sampleService(spec, { status }), [], place);
    assert.deepEqual([rule?.externalIPs, rule?.loadBalancerIPs], [['203.0.113.5'], ['203.0.113.9']]);
  });

  test('a source range that can not be read lets nobody in', () => {
    assert.deepEqual(usableRange(' 192.0.2.7/24', 'IPv4'), ['192.0.2.7/24']);
    assert.deepEqual(usableRange('192.0.2.0/24', 'IPv6'), []);
    for (const range of ['192.0.2.0/33', '192.0.2.0', 'x', 'fd00::%1/64'])
      assert.deepEqual(usableRange(range, 'IPv4'), ['255.255.255.255/32'], range);
  });

  test('anything at all gives rules that can be applied, or none', () => {
    const text = fc.oneof(
      fc.constantFrom('10.96.7.7', 'fd00:96::7', 'None', '10.244.0.5', '127.0.0.1', 'TCP', 'UDP', 'IPv4', 'http', ''),
      fc.string(),
    );
    const number = fc.oneof(fc.integer(), fc.constantFrom(80, 30_080, Number.NaN));
    const anything = fc.oneof(text, number, fc.constant(undefined));
    const listOf = <T>(item: fc.Arbitrary<T>) => fc.option(fc.array(item, { maxLength: 3 }), { nil: undefined });
    const port = fc.record({ name: text, protocol: text, port: anything, nodePort: anything }, { requiredKeys: [] });
    const spec = fc.record({
      type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
      clusterIP: text,
      clusterIPs: listOf(text),
      ports: listOf(port),
      externalIPs: listOf(text),
      loadBalancerSourceRanges: listOf(text),
      sessionAffinity: fc.constantFrom('ClientIP', 'None'),
      sessionAffinityConfig: fc.record({ clientIP: fc.record({ timeoutSeconds: number }) }),
      externalTrafficPolicy: fc.constantFrom('Local', 'Cluster', undefined),
      healthCheckNodePort: anything,
    });
    const endpoint = fc.record({ addresses: listOf(text), nodeName: text }, { requiredKeys: [] });
    const slice = fc.record({ addressType: text, ports: listOf(port), endpoints: listOf(endpoint) });
    fc.assert(
      fc.property(spec, listOf(text), fc.array(slice, { maxLength: 2 }), (spec, ingress = [], slices) => {
        const status = { loadBalancer: { ingress: ingress.map((ip) => ({ ip })) } };
        const service = sampleService(spec as unknown as Service['spec'], { status });
        const found = slices.map((each) => ({ ...sampleSlice([]), ...each }) as unknown as EndpointSlice);
        for (const rule of buildServiceRules(service, found, place)) {
          const version = rule.family === 'IPv4' ? 4 : 6;
          const endpoints = [...rule.clusterEndpoints, ...rule.localEndpoints];
          for (const ip of [
            rule.clusterIP,
            ...rule.externalIPs,
            ...rule.loadBalancerIPs,
            ...endpoints.map((e) => e.ip),
          ])
            assert.ok(isIP(ip) === version && !ip.includes('%'), ip);
          for (const number of [
            rule.port,
            ...endpoints.map((e) => e.port),
            rule.nodePort ?? 1,
            rule.healthCheckNodePort ?? 1,
          ])
            assert.ok(Number.isInteger(number) && number > 0 && number < 65_536, `${number}`);
          assert.match(rule.portName, /^[a-z0-9.-]*$/i);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
