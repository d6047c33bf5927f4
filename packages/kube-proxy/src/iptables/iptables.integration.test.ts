import { after } from 'node:test';
import { behaviourSuite } from '../testing/behaviour-suite.ts';
import { faultSuite } from '../testing/fault-suite.ts';
import { ProxyLab } from '../testing/proxy-lab.ts';

const lab = await ProxyLab.create();
after(() => lab.close());

behaviourSuite('iptables', lab, { keepsSource: true, sctp: true, ipv6: true, refusesUnallocated: true });

faultSuite('iptables', lab, {
  flushes: ['iptables -t nat -F', 'nft flush ruleset', 'iptables -t nat -F KUBE-SERVICES'],
  survivesDeath: true,
  state: ['for t in nat filter mangle; do iptables-save -t $t; ip6tables-save -t $t; done'],
});
