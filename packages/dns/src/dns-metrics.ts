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
  // A labelled counter's increase costs as much as an answer: they are counted here and added when someone looks.
  const asked = { udp: new Map<string, number>(), tcp: new Map<string, number>() };
  const answers = new Map<string, number>();
  const requests = new Counter({
    name: 'coredns_dns_requests_total',
    help: 'Queries answered',
    labelNames: ['proto', 'type'],
    registers,
    collect: () => {
      for (const [proto, byType] of Object.entries(asked))
        for (const [type, count] of byType) requests.inc({ proto, type }, count);
      for (const byType of Object.values(asked)) byType.clear();
    },
  });
  const responses = new Counter({
    name: 'coredns_dns_responses_total',
    help: 'Responses by their code',
    labelNames: ['rcode'],
    registers,
    collect: () => {
      for (const [rcode, count] of answers) responses.inc({ rcode }, count);
      answers.clear();
    },
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
      count(asked[proto], TYPES.has(type) ? type : 'other');
      count(answers, rcode);
      duration.observe(ms / 1000);
    },
    forwarded: (to, rcode) => forwards.inc({ to, rcode }),
    cacheHit: () => hits.inc(),
    cacheMiss: () => misses.inc(),
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
