import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRuleSet } from '../rule-set.ts';
import { sampleRule } from '../testing/sample-rule.ts';
import { parseFlows } from './flow.ts';
import { staleFlows } from './stale-flows.ts';

const LISTED = `udp      17 28 src=10.0.0.9 dst=10.96.0.10 sport=40000 dport=53 src=1.1.1.1 dst=10.0.0.9 sport=5353 dport=40000 mark=0 use=1
udp      17 5 src=10.0.0.9 dst=10.96.0.10 sport=40001 dport=53 [UNREPLIED] src=2.2.2.2 dst=10.0.0.9 sport=5353 dport=40001 mark=0 use=1
udp      17 5 src=10.0.0.9 dst=10.96.0.10 sport=40002 dport=53 [UNREPLIED] src=2.2.2.2 dst=10.0.0.9 sport=5353 dport=40002 mark=0 use=1
udp      17 5 src=10.0.0.9 dst=172.30.0.2 sport=40003 dport=30053 src=3.3.3.3 dst=10.0.0.9 sport=5353 dport=40003 mark=0 use=1
udp      17 5 src=10.0.0.9 dst=8.8.8.8 sport=40003 dport=30053 src=8.8.8.8 dst=10.0.0.9 sport=30053 dport=40003 mark=0 use=1
conntrack v1.4.7 (conntrack-tools): 5 flow entries have been shown.
`;
const flows = parseFlows(LISTED, 'IPv4');
const common = {
  before: emptyRuleSet,
  flows,
  localAddresses: new Set(['172.30.0.2']),
  serviceCIDRs: ['10.96.0.0/16'],
};
function stale(...ips: string[]): string[] {
  const dns = sampleRule(
    ips.map((ip) => `${ip}:5353`),
    { protocol: 'UDP', port: 53, clusterIP: '10.96.0.10', nodePort: 30_053 },
  );
  const ruleSet = { services: new Map([['a/dns', [dns]]]) };
  return staleFlows({ ...common, ruleSet, changed: undefined }).map((args) => args.join(' '));
}
const to = (dst: string, port: number, from: string) =>
  `-D -f ipv4 -p udp --orig-dst ${dst} --orig-port-dst ${port} --reply-src ${from}`;

test('flows are read from the listing', () => {
  assert.equal(flows.length, 5);
  assert.deepEqual(flows[0], {
    family: 'IPv4',
    dst: '10.96.0.10',
    dport: 53,
    replySrc: '1.1.1.1',
    replyPort: 5353,
  });
});

test('flows to endpoints that went are removed, once for each destination', () => {
  assert.deepEqual(stale('1.1.1.1'), [to('10.96.0.10', 53, '2.2.2.2'), to('172.30.0.2', 30_053, '3.3.3.3')]);
  assert.deepEqual(stale('1.1.1.1', '2.2.2.2', '3.3.3.3'), []);
});

test('Services that did not change, and TCP, are left alone', () => {
  const ruleSet = { services: new Map([['a/dns', [sampleRule([], { clusterIP: '10.96.0.10', port: 53 })]]]) };
  const dns = new Set(['a/dns']);
  assert.deepEqual(staleFlows({ ...common, ruleSet, changed: dns }), []);
  assert.deepEqual(staleFlows({ ...common, ruleSet, changed: new Set(['x/y']) }), []);
});

test('flows of a Service that is gone are removed, also when it went while nobody looked', () => {
  const rule = sampleRule(['1.1.1.1:5353'], { protocol: 'UDP', port: 53, clusterIP: '10.96.0.10' });
  const before = { services: new Map([['a/dns', [rule]]]) };
  const all = ['1.1.1.1', '2.2.2.2'].map((from) => to('10.96.0.10', 53, from));
  const gone = (input: object) =>
    staleFlows({ ...common, ruleSet: emptyRuleSet, changed: undefined, ...input }).map((args) => args.join(' '));
  assert.deepEqual(gone({ before, changed: new Set(['a/dns']) }), all);
  assert.deepEqual(gone({}), all);
  assert.deepEqual(gone({ serviceCIDRs: ['10.97.0.0/16', 'fd00::/112'] }), []);
  const heir = { services: new Map([['b/heir', [{ ...rule, service: 'b/heir' }]]]) };
  assert.deepEqual(gone({ before, ruleSet: heir, changed: new Set(['a/dns', 'b/heir']) }), all.slice(1));
});
