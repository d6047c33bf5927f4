import { Counter, Histogram, type Metrics } from '@coxswain/foundation';

/** Types that get a label of their own; a client that asks for others can't make the metrics grow. */
const TYPES = new Set(['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'TXT', 'NS', 'SOA', 'MX', 'ANY', 'DS', 'DNSKEY', 'CAA']);

export interface DnsMetrics {
  /** One response, which took `ms` milliseconds. */
  answered(transport: 'udp' | 'tcp', type: string, rcode: string, ms: number): void;
  /** One exchange with another server; `ERROR` for none. */
  forwarded(server: string, rcode: string): void;
  cacheHit(): void;
  cacheMiss(): void;
}

/** Metrics under CoreDNS' names. */
export function createDnsMetrics(registry: Metrics): DnsMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'coredns_dns_requests_total',
    help: 'Queries answered',
    labelNames: ['proto', 'type'],
    registers,
  });
  const responses = new Counter({
    name: 'coredns_dns_responses_total',
    help: 'Responses by their code',
    labelNames: ['rcode'],
    registers,
  });
  const duration = new Histogram({
    name: 'coredns_dns_request_duration_seconds',
    help: 'Time from a query to its response',
    buckets: [0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.064, 0.256, 1, 4],
    registers,
  });
  const forwards = new Counter({
    name: 'coredns_forward_responses_total',
    help: 'Answers of other servers by their code',
    labelNames: ['to', 'rcode'],
    registers,
  });
  const hits = new Counter({ name: 'coredns_cache_hits_total', help: 'Questions answered from the cache', registers });
  const misses = new Counter({
    name: 'coredns_cache_misses_total',
    help: 'Questions the cache did not know',
    registers,
  });
  return {
    answered(proto, type, rcode, ms) {
      requests.inc({ proto, type: TYPES.has(type) ? type : 'other' });
      responses.inc({ rcode });
      duration.observe(ms / 1000);
    },
    forwarded: (to, rcode) => forwards.inc({ to, rcode }),
    cacheHit: () => hits.inc(),
    cacheMiss: () => misses.inc(),
  };
}
