import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRuleSet } from '../rule-set.ts';
import { sampleRule } from '../testing/sample-rule.ts';
import { parseFlows } from './flow.ts';
import { unledFlows } from './unled-flows.ts';

const LISTED = `tcp      6 119 SYN_SENT src=10.0.0.9 dst=10.96.0.10 sport=45000 dport=80 [UNREPLIED] src=10.96.0.10 dst=10.0.0.9 sport=80 dport=45000 mark=0 use=1
tcp      6 119 SYN_SENT src=10.0.0.9 dst=10.96.0.10 sport=45001 dport=80 [UNREPLIED] src=10.96.0.10 dst=10.0.0.9 sport=80 dport=45001 mark=0 use=1
tcp      6 119 SYN_SENT src=10.0.0.9 dst=10.96.0.11 sport=45002 dport=80 [UNREPLIED] src=10.244.0.5 dst=10.0.0.9 sport=8080 dport=45002 mark=0 use=1
tcp      6 119 SYN_SENT src=10.0.0.9 dst=203.0.113.9 sport=45003 dport=80 [UNREPLIED] src=203.0.113.9 dst=10.0.0.9 sport=80 dport=45003 mark=0 use=1
tcp      6 119 SYN_SENT src=10.0.0.9 dst=8.8.8.8 sport=45004 dport=80 [UNREPLIED] src=8.8.8.8 dst=10.0.0.9 sport=80 dport=45004 mark=0 use=1
conntrack v1.4.7 (conntrack-tools): 5 flow entries have been shown.
`;
const flows = parseFlows(LISTED, 'IPv4');
const deletion = (ip: string) => `-D -f ipv4 -p tcp --state SYN_SENT --orig-dst ${ip} --reply-src ${ip}`;

test('connections to cluster IPs and addresses of Services that went by the rules are removed, others stay', () => {
  const rule = sampleRule(['10.244.0.5:8080'], { clusterIP: '10.96.0.11', loadBalancerIPs: ['203.0.113.9'] });
  const remove = (ruleSet: typeof emptyRuleSet) =>
    unledFlows(flows, { ruleSet, serviceCIDRs: ['10.96.0.0/16', 'fd00:96::/112'] }).map((args) => args.join(' '));
  assert.deepEqual(remove({ services: new Map([['a/web', [rule]]]) }), [
    deletion('10.96.0.10'),
    deletion('203.0.113.9'),
  ]);
  assert.deepEqual(remove(emptyRuleSet), [deletion('10.96.0.10')]);
});
