import { hostname } from 'node:os';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain, silentLogger, UsageError } from '@coxswain/foundation';
import { NftablesBackend } from './nftables/nftables-backend.ts';
import { runKubeProxy } from './run-kube-proxy.ts';

const FLAGS = {
  kubeconfig: { kind: 'string', default: '', help: 'path of the kubeconfig' },
  'hostname-override': { kind: 'string', default: '', help: "this node's name; the host's name unless given" },
  'cluster-cidr': { kind: 'string', default: '', help: 'range of pod addresses; other sources are masqueraded' },
  'service-cidr': {
    kind: 'string',
    default: '10.96.0.0/16',
    help: 'range of cluster IPs; unallocated ones are refused',
  },
  'proxy-mode': { kind: 'string', default: 'nftables', help: 'nftables' },
  'iptables-sync-period': { kind: 'duration', default: '30s', help: 'how often the rules are checked' },
  'iptables-min-sync-period': { kind: 'duration', default: '20ms', help: 'least time between two changes' },
  'healthz-bind-address': { kind: 'string', default: '127.0.0.1:10256', help: 'address of /healthz; empty for none' },
  'metrics-bind-address': { kind: 'string', default: '127.0.0.1:10249', help: 'address of /metrics; empty for none' },
  cleanup: { kind: 'boolean', help: 'remove all rules and exit' },
  v: { kind: 'number', default: 0, help: '4 logs debug lines, 8 every transaction' },
} as const;

function address(name: string, text: string): { host: string; port: number } | undefined {
  if (text === '') return undefined;
  const match = /^(.*):(\d+)$/.exec(text);
  if (!match) throw new UsageError(`invalid argument "${text}" for "--${name}" flag: want address:port`);
  return { host: match[1] ?? '', port: Number(match[2]) };
}

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  const log = createLogger({
    component: 'kube-proxy',
    level: flags.v >= 8 ? 'trace' : flags.v >= 4 ? 'debug' : 'info',
  });
  if (flags['proxy-mode'] !== 'nftables')
    throw new UsageError(`proxy mode "${flags['proxy-mode']}" is not supported yet: use --proxy-mode=nftables`);
  if (flags.cleanup) {
    const backend = new NftablesBackend({ clusterCIDR: undefined, serviceCIDR: undefined, log: silentLogger() });
    return backend.cleanup(signal);
  }
  if (flags.kubeconfig === '') throw new UsageError('--kubeconfig is required');
  const client = createApiClient(loadKubeconfig(flags.kubeconfig));
  const healthz = address('healthz-bind-address', flags['healthz-bind-address']);
  const metrics = address('metrics-bind-address', flags['metrics-bind-address']);
  await runKubeProxy(
    {
      client,
      log,
      nodeName: flags['hostname-override'] || hostname().toLowerCase(),
      clusterCIDR: flags['cluster-cidr'] || undefined,
      serviceCIDR: flags['service-cidr'] || undefined,
      syncPeriodMs: flags['iptables-sync-period'],
      minSyncPeriodMs: flags['iptables-min-sync-period'],
      ...(healthz ? { healthz } : {}),
      ...(metrics ? { metrics } : {}),
    },
    signal,
  );
});
