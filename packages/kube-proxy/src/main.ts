import { hostname } from 'node:os';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain, UsageError } from '@coxswain/foundation';
import { cleanupOthers, PROXY_MODES } from './create-backend.ts';
import { runKubeProxy } from './run-kube-proxy.ts';

const FLAGS = {
  kubeconfig: { kind: 'string', default: '', help: 'path of the kubeconfig' },
  'hostname-override': { kind: 'string', default: '', help: "this node's name; the host's name unless given" },
  'cluster-cidr': {
    kind: 'string',
    default: '',
    help: 'ranges of pod addresses, one a family, commas between; other sources are masqueraded',
  },
  'service-cidr': {
    kind: 'string',
    default: '10.96.0.0/16',
    help: 'ranges of cluster IPs; unallocated ones are refused',
  },
  'proxy-mode': { kind: 'string', default: '', help: `${PROXY_MODES.join(', ')}; the first that works unless given` },
  'prefer-local-endpoints': {
    kind: 'boolean',
    help: "Services without trafficDistribution go to endpoints on the caller's own node first",
  },
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

function listOf(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  const log = createLogger({
    component: 'kube-proxy',
    level: flags.v >= 8 ? 'trace' : flags.v >= 4 ? 'debug' : 'info',
  });
  const mode = PROXY_MODES.find((known) => known === flags['proxy-mode']);
  if (mode === undefined && flags['proxy-mode'] !== '')
    throw new UsageError(`unknown proxy mode "${flags['proxy-mode']}": want one of ${PROXY_MODES.join(', ')}`);
  const ranges = { clusterCIDRs: listOf(flags['cluster-cidr']), serviceCIDRs: listOf(flags['service-cidr']) };
  if (flags.cleanup) return cleanupOthers(undefined, 'after', { ...ranges, log }, signal);
  if (flags.kubeconfig === '') throw new UsageError('--kubeconfig is required');
  const client = createApiClient(loadKubeconfig(flags.kubeconfig));
  const healthz = address('healthz-bind-address', flags['healthz-bind-address']);
  const metrics = address('metrics-bind-address', flags['metrics-bind-address']);
  await runKubeProxy(
    {
      client,
      log,
      nodeName: flags['hostname-override'] || hostname().toLowerCase(),
      ...ranges,
      mode,
      preferLocal: flags['prefer-local-endpoints'] ?? false,
      syncPeriodMs: flags['iptables-sync-period'],
      minSyncPeriodMs: flags['iptables-min-sync-period'],
      ...(healthz ? { healthz } : {}),
      ...(metrics ? { metrics } : {}),
    },
    signal,
  );
});
