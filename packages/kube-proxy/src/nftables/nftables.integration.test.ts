import { behaviourSuite } from '../testing/behaviour-suite.ts';

behaviourSuite('nftables', { keepsSource: true, sctp: true, ipv6: true, refusesUnallocated: true });
