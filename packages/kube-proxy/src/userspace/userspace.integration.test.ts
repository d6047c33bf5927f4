import { behaviourSuite } from '../testing/behaviour-suite.ts';

behaviourSuite('userspace', { keepsSource: false, sctp: false, ipv6: false, refusesUnallocated: false });
