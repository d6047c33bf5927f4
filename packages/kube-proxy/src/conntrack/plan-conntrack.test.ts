import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleSet, ServicePortRule } from '../rule-set.ts';
import { planConntrack } from './plan-conntrack.ts';

function rules(protocol: 'TCP' | 'UDP', ...ips: string[]): RuleSet {
  const endpoints = ips.map((ip) => ({ ip, port: 53, local: false }));
  const rule: ServicePortRule = {
    service: 'a/dns',
    portName: '',
    protocol,
    port: 53,
    clusterIPs: ['10.96.0.10'],
    externalIPs: [],
    nodePort: 30053,
    internalEndpoints: endpoints,
    externalEndpoints: endpoints,
    externalPolicyLocal: false,
  };
  return { services: new Map([['a/dns', [rule]]]) };
}
const changed = new Set(['a/dns']);

test('entries of an endpoint that went are removed, for the cluster IP and the node port', () => {
  assert.deepEqual(
    [
      ...new Set(
        planConntrack(rules('UDP', '1.1.1.1', '2.2.2.2'), rules('UDP', '2.2.2.2'), changed).map((c) => c.join(' ')),
      ),
    ],
    ['-D -p udp --orig-dst 10.96.0.10 --dst-nat 1.1.1.1', '-D -p udp --orig-port-dst 30053 --dst-nat 1.1.1.1'],
  );
});

test('entries made while there was no endpoint are removed when the first comes', () => {
  assert.deepEqual(
    planConntrack(rules('UDP'), rules('UDP', '1.1.1.1'), changed).map((c) => c.join(' ')),
    ['-D -p udp --orig-dst 10.96.0.10', '-D -p udp --orig-port-dst 30053'],
  );
});

test('TCP, and services that did not change, are left alone', () => {
  assert.deepEqual(planConntrack(rules('TCP', '1.1.1.1'), rules('TCP'), changed), []);
  assert.deepEqual(planConntrack(rules('UDP', '1.1.1.1'), rules('UDP'), new Set()), []);
});
