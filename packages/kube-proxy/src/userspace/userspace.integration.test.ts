import { after } from 'node:test';
import { behaviourSuite } from '../testing/behaviour-suite.ts';
import { faultSuite } from '../testing/fault-suite.ts';
import { ProxyLab } from '../testing/proxy-lab.ts';

const lab = await ProxyLab.create();
after(() => lab.close());

behaviourSuite('userspace', lab, { keepsSource: false, sctp: false, ipv6: true, refusesUnallocated: false });

faultSuite('userspace', lab, {
  flushes: ['ip addr del 10.96.7.7/32 dev lo'],
  survivesDeath: false,
  state: ['ip addr show dev lo'],
});
