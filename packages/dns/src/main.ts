import { readFileSync } from 'node:fs';
import { createApiClient, inClusterConfig, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain, UsageError } from '@coxswain/foundation';
import { parseResolvConf, parseUpstream, type UpstreamAddress } from './forward/parse-resolv-conf.ts';
import { runDns } from './run-dns.ts';

const FLAGS = {
  kubeconfig: { kind: 'string', default: '', help: "path of the kubeconfig; the pod's own account unless given" },
  'listen-address': { kind: 'string', default: '0.0.0.0', help: 'address on which queries are taken' },
  port: { kind: 'number', default: 53, help: 'UDP and TCP port of queries' },
  'health-address': { kind: 'string', default: '0.0.0.0', help: 'address of /healthz, /readyz and /metrics' },
  'health-port': { kind: 'number', default: 9153, help: 'port of /healthz, /readyz and /metrics; 0 for none' },
  'cluster-domain': { kind: 'string', default: 'cluster.local', help: "the cluster's zone" },
  'cluster-dns': { kind: 'list', help: 'addresses of the DNS Service, 10.96.0.10 unless given' },
  upstream: { kind: 'list', help: 'servers for other names; those of /etc/resolv.conf unless given' },
  'resolv-conf': { kind: 'string', default: '/etc/resolv.conf', help: 'where upstream servers stand' },
  ttl: { kind: 'number', default: 30, help: 'seconds that an answer may be kept' },
  v: { kind: 'number', default: 0, help: '4 logs debug lines' },
} as const;

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  const nameServers = flags['cluster-dns'].length > 0 ? flags['cluster-dns'] : ['10.96.0.10'];
  const own = new Set([...nameServers, '127.0.0.1', '::1']);
  const upstreams = flags.upstream.map((text): UpstreamAddress => {
    const address = parseUpstream(text);
    if (!address)
      throw new UsageError(`invalid argument "${text}" for "--upstream" flag: want an address or address:port`);
    return address;
  });
  await runDns(
    {
      client: createApiClient(flags.kubeconfig === '' ? inClusterConfig() : loadKubeconfig(flags.kubeconfig)),
      log: createLogger({ component: 'dns', level: flags.v >= 4 ? 'debug' : 'info' }),
      listen: { host: flags['listen-address'], port: flags.port },
      health: flags['health-port'] === 0 ? undefined : { host: flags['health-address'], port: flags['health-port'] },
      clusterDomain: flags['cluster-domain'].toLowerCase().replace(/^\.|\.$/g, ''),
      nameServers,
      // Asking itself would go round for ever.
      upstreams:
        upstreams.length > 0 ? upstreams : readUpstreams(flags['resolv-conf']).filter(({ host }) => !own.has(host)),
      ttl: flags.ttl,
    },
    signal,
  );
});

function readUpstreams(path: string): UpstreamAddress[] {
  try {
    return parseResolvConf(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}
