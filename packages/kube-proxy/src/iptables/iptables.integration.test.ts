import { behaviourSuite } from '../testing/behaviour-suite.ts';

behaviourSuite('iptables', { keepsSource: true, sctp: true, ipv6: true, refusesUnallocated: false });
