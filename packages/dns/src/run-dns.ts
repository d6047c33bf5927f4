import { type ApiClient, createInformerFactory } from '@coxswain/client';
import { aborted, createMetrics, type Logger, startHealthServer, systemClock } from '@coxswain/foundation';
import { createDnsMetrics } from './dns-metrics.ts';
import { Forwarder } from './forward/forwarder.ts';
import type { UpstreamAddress } from './forward/parse-resolv-conf.ts';
import { watchCluster } from './records/watched-cluster.ts';
import { AnswerMemory } from './server/answer-memory.ts';
import { answerMessage, type Transport } from './server/answer-message.ts';
import type { Answerer } from './server/answer-query.ts';
import { serve } from './server/serve.ts';

export interface DnsOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  /** Where queries are taken, by UDP and by TCP; port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Where /healthz, /readyz and /metrics are served; undefined for nowhere. */
  readonly health?: { readonly host: string; readonly port: number } | undefined;
  /** The cluster's zone, such as `cluster.local`. */
  readonly clusterDomain: string;
  /** Addresses of the DNS Service, which `ns.dns.CLUSTER-DOMAIN` names. */
  readonly nameServers: readonly string[];
  /** Who is asked for other names. */
  readonly upstreams: readonly UpstreamAddress[];
  /** Seconds that clients may keep an answer, and that answers of others are kept at most. */
  readonly ttl: number;
}

export interface DnsServer {
  readonly port: number;
}

/** Milliseconds an upstream has before the next is asked, and how much of it goes on at once. */
const UPSTREAM_TIMEOUT_MS = 2000;
const MAX_CONCURRENT = 1000;
const CACHE_CAPACITY = 10_000;

/**
 * Answers for the cluster's names by Kubernetes' DNS specification 1.1 and asks other servers for the rest, until the
 * signal aborts. Without an apiserver it goes on with what it knows; `listening` hears the port taken.
 */
export async function runDns(
  options: DnsOptions,
  signal: AbortSignal,
  listening: (server: DnsServer) => void = () => {},
): Promise<void> {
  const { client, log, listen, upstreams, ttl } = options;
  const registry = createMetrics();
  const metrics = createDnsMetrics(registry);
  const informers = createInformerFactory(client, { log });
  const memory = new AnswerMemory();
  const view = watchCluster(informers, () => memory.clear());
  let synced = false;
  const answerer: Answerer = {
    view,
    zone: { domain: options.clusterDomain, ttl, nameServers: options.nameServers },
    forwarder: new Forwarder({
      servers: upstreams,
      clock: systemClock,
      timeoutMs: UPSTREAM_TIMEOUT_MS,
      maxConcurrent: MAX_CONCURRENT,
      cacheSeconds: ttl,
      cacheCapacity: CACHE_CAPACITY,
      onCache: (hit) => (hit ? metrics.cacheHit() : metrics.cacheMiss()),
      onExchange: (server, rcode) => metrics.forwarded(`${server.host}:${server.port}`, rcode),
    }),
    synced: () => synced,
    random: Math.random,
    signal,
  };
  const answer = (transport: Transport) => (message: Buffer) =>
    answerMessage(message, transport, answerer, { metrics, memory });

  const port = await serve({ ...listen, log }, answer, signal);
  const check = () => {
    if (!synced) throw new Error('the cluster is not known yet');
  };
  if (options.health)
    await startHealthServer(
      { ...options.health, metrics: registry, readyChecks: [{ name: 'informer-sync', check }] },
      signal,
    );
  log.info({ port, domain: options.clusterDomain, upstreams: upstreams.length }, 'answering names');
  listening({ port });
  informers.start(signal);
  await informers.waitForSync(signal).then(
    () => {
      synced = true;
    },
    () => {},
  );
  await aborted(signal);
}
