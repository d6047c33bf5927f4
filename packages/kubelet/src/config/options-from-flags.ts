import { type FlagValues, parseFlags, UsageError } from '@coxswain/foundation';
import { DEFAULT_OPTIONS, type KubeletOptions } from '../kubelet-options.ts';
import { parseTaint } from '../node/node-manager.ts';
import type { ShutdownPeriod } from '../node/plan-shutdown.ts';
import { configurationFlags } from './kubelet-configuration.ts';
import { KUBELET_FLAGS } from './kubelet-flags.ts';

/**
 * Options from the command line and, where it says nothing, from a KubeletConfiguration.
 * @throws UsageError for what can't be
 */
export function optionsFromFlags(argv: readonly string[], configuration?: unknown): KubeletOptions {
  const given = new Set(argv.filter((word) => word.startsWith('--')).map((word) => word.slice(2).replace(/=.*$/s, '')));
  const fromFile = configuration === undefined ? [] : configurationFlags(configuration, given).argv;
  const { flags } = parseFlags(KUBELET_FLAGS, [...fromFile, ...argv]);
  return toOptions(flags);
}

function toOptions(flags: FlagValues<typeof KUBELET_FLAGS>): KubeletOptions {
  const driver = flags['cgroup-driver'];
  if (driver !== 'cgroupfs' && driver !== 'systemd') throw new UsageError('--cgroup-driver is cgroupfs or systemd');
  if (flags['image-gc-low-threshold'] >= flags['image-gc-high-threshold'] && flags['image-gc-high-threshold'] < 100)
    throw new UsageError('--image-gc-low-threshold must be below --image-gc-high-threshold');
  if (flags['shutdown-grace-period-critical-pods'] > flags['shutdown-grace-period'])
    throw new UsageError('--shutdown-grace-period-critical-pods must not be longer than --shutdown-grace-period');
  const mode = flags['authorization-mode'];
  if (mode !== 'AlwaysAllow' && mode !== 'Webhook')
    throw new UsageError('--authorization-mode is AlwaysAllow or Webhook');
  const byPriority = shutdownPeriodsOf(flags['shutdown-grace-period-by-pod-priority']);
  if (byPriority.length > 0 && flags['shutdown-grace-period'] > 0)
    throw new UsageError('--shutdown-grace-period-by-pod-priority excludes --shutdown-grace-period');
  if (flags['container-log-max-files'] < 2) throw new UsageError('--container-log-max-files must be at least 2');
  return {
    ...DEFAULT_OPTIONS,
    kubeconfig: flags.kubeconfig,
    containerRuntimeEndpoint: flags['container-runtime-endpoint'],
    hostnameOverride: flags['hostname-override'],
    nodeIPs: flags['node-ip'],
    rootDir: flags['root-dir'],
    address: flags.address,
    port: flags.port,
    healthzBindAddress: flags['healthz-bind-address'],
    healthzPort: flags['healthz-port'],
    tlsCertFile: flags['tls-cert-file'],
    tlsPrivateKeyFile: flags['tls-private-key-file'],
    clientCaFile: flags['client-ca-file'],
    authenticationTokenWebhook: flags['authentication-token-webhook'],
    authorizationMode: mode,
    clusterDns: flags['cluster-dns'],
    clusterDomain: flags['cluster-domain'],
    resolvConf: flags['resolv-conf'],
    maxPods: flags['max-pods'],
    nodeLabels: flags['node-labels'],
    registerWithTaints: flags['register-with-taints'].map((text) => {
      const taint = parseTaint(text);
      if (!taint) throw new UsageError(`invalid taint "${text}", want key=value:Effect`);
      return taint;
    }),
    nodeStatusUpdateFrequency: flags['node-status-update-frequency'],
    syncFrequency: flags['sync-frequency'],
    kubeReserved: flags['kube-reserved'],
    systemReserved: flags['system-reserved'],
    cgroupsPerQos: flags['cgroups-per-qos'],
    cgroupRoot: flags['cgroup-root'],
    cgroupDriver: driver,
    allowedUnsafeSysctls: flags['allowed-unsafe-sysctls'],
    podLogsDir: flags['pod-logs-dir'],
    containerLogsDir: flags['container-logs-dir'],
    evictionHard: flags['eviction-hard'],
    evictionSoft: flags['eviction-soft'],
    evictionSoftGracePeriod: flags['eviction-soft-grace-period'],
    evictionMinimumReclaim: flags['eviction-minimum-reclaim'],
    evictionMaxPodGracePeriod: flags['eviction-max-pod-grace-period'],
    evictionPressureTransitionPeriod: flags['eviction-pressure-transition-period'],
    imageGCHighThresholdPercent: flags['image-gc-high-threshold'],
    imageGCLowThresholdPercent: flags['image-gc-low-threshold'],
    imageMinimumGCAge: flags['minimum-image-ttl-duration'],
    imageMaximumGCAge: flags['maximum-image-ttl-duration'],
    containerLogMaxSize: flags['container-log-max-size'],
    containerLogMaxFiles: flags['container-log-max-files'],
    containerLogMonitorInterval: flags['container-log-monitor-interval'],
    minimumContainerTTLDuration: flags['minimum-container-ttl-duration'],
    maximumDeadContainersPerContainer: flags['maximum-dead-containers-per-container'],
    maximumDeadContainers: flags['maximum-dead-containers'],
    staticPodPath: flags['pod-manifest-path'],
    staticPodURL: flags['manifest-url'],
    staticPodURLHeader: headersOf(flags['manifest-url-header']),
    fileCheckFrequency: flags['file-check-frequency'],
    httpCheckFrequency: flags['http-check-frequency'],
    volumeStatsAggPeriod: flags['volume-stats-agg-period'],
    shutdownGracePeriod: flags['shutdown-grace-period'],
    shutdownGracePeriodCriticalPods: flags['shutdown-grace-period-critical-pods'],
    shutdownGracePeriodByPodPriority: byPriority,
    logLevel: flags.v >= 4 ? 'debug' : 'info',
  };
}

function shutdownPeriodsOf(pairs: Readonly<Record<string, string>>): ShutdownPeriod[] {
  return Object.entries(pairs).map(([name, value]) => {
    const [priority, seconds] = [Number(name), Number(value)];
    if (!Number.isInteger(priority) || !Number.isInteger(seconds) || seconds < 0)
      throw new UsageError(`invalid shutdown period "${name}=${value}", want priority=seconds`);
    return { priority, seconds };
  });
}

function headersOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf(':');
      if (at < 1) throw new UsageError(`invalid header "${pair}", want name:value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
