import { after } from 'node:test';
import { behaviourSuite } from '../testing/behaviour-suite.ts';
import { faultSuite } from '../testing/fault-suite.ts';
import { ProxyLab } from '../testing/proxy-lab.ts';

const lab = await ProxyLab.create();
after(() => lab.close());

behaviourSuite('nftables', lab, { keepsSource: true, sctp: true, ipv6: true, refusesUnallocated: true });

faultSuite('nftables', lab, {
  flushes: [
    'nft flush ruleset',
    'nft delete table ip kube-proxy',
    'nft flush chain ip kube-proxy services',
    'nft flush map ip kube-proxy service-ips',
  ],
  survivesDeath: true,
  state: ['nft list ruleset'],
});
