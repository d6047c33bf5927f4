import { readFile } from 'node:fs/promises';
import { parseYamlDocuments } from '@coxswain/api';
import { UsageError } from '@coxswain/foundation';

/** Fields of a KubeletConfiguration (kubelet.config.k8s.io/v1beta1) that are flags under another name. */
const FLAG_OF_FIELD: Readonly<Record<string, string>> = {
  address: 'address',
  port: 'port',
  healthzBindAddress: 'healthz-bind-address',
  healthzPort: 'healthz-port',
  tlsCertFile: 'tls-cert-file',
  tlsPrivateKeyFile: 'tls-private-key-file',
  clusterDNS: 'cluster-dns',
  clusterDomain: 'cluster-domain',
  resolvConf: 'resolv-conf',
  maxPods: 'max-pods',
  podCIDR: 'pod-cidr',
  nodeStatusUpdateFrequency: 'node-status-update-frequency',
  syncFrequency: 'sync-frequency',
  kubeReserved: 'kube-reserved',
  systemReserved: 'system-reserved',
  cgroupsPerQOS: 'cgroups-per-qos',
  cgroupRoot: 'cgroup-root',
  cgroupDriver: 'cgroup-driver',
  allowedUnsafeSysctls: 'allowed-unsafe-sysctls',
  podLogsDir: 'pod-logs-dir',
  containerRuntimeEndpoint: 'container-runtime-endpoint',
  evictionHard: 'eviction-hard',
  evictionSoft: 'eviction-soft',
  evictionSoftGracePeriod: 'eviction-soft-grace-period',
  evictionMinimumReclaim: 'eviction-minimum-reclaim',
  evictionMaxPodGracePeriod: 'eviction-max-pod-grace-period',
  evictionPressureTransitionPeriod: 'eviction-pressure-transition-period',
  imageGCHighThresholdPercent: 'image-gc-high-threshold',
  imageGCLowThresholdPercent: 'image-gc-low-threshold',
  imageMinimumGCAge: 'minimum-image-ttl-duration',
  imageMaximumGCAge: 'maximum-image-ttl-duration',
  containerLogMaxSize: 'container-log-max-size',
  containerLogMaxFiles: 'container-log-max-files',
  containerLogMonitorInterval: 'container-log-monitor-interval',
  staticPodPath: 'pod-manifest-path',
  staticPodURL: 'manifest-url',
  staticPodURLHeader: 'manifest-url-header',
  fileCheckFrequency: 'file-check-frequency',
  httpCheckFrequency: 'http-check-frequency',
  volumeStatsAggPeriod: 'volume-stats-agg-period',
  registerWithTaints: 'register-with-taints',
  'authentication.x509.clientCAFile': 'client-ca-file',
  'authentication.webhook.enabled': 'authentication-token-webhook',
  'authorization.mode': 'authorization-mode',
  shutdownGracePeriod: 'shutdown-grace-period',
  shutdownGracePeriodCriticalPods: 'shutdown-grace-period-critical-pods',
  shutdownGracePeriodByPodPriority: 'shutdown-grace-period-by-pod-priority',
};

/**
 * The flags that say what a KubeletConfiguration says; those that the command line has itself (`given`) are left out,
 * so that it wins. Fields that this kubelet has no use for are named in `ignored`.
 * @throws UsageError for a document of another kind
 */
export function configurationFlags(
  document: unknown,
  given: ReadonlySet<string>,
): { readonly argv: string[]; readonly ignored: string[] } {
  const config = document as Record<string, unknown> | null;
  if (config?.['kind'] !== 'KubeletConfiguration' || config['apiVersion'] !== 'kubelet.config.k8s.io/v1beta1')
    throw new UsageError('--config wants a KubeletConfiguration of kubelet.config.k8s.io/v1beta1');
  const argv: string[] = [];
  const ignored: string[] = [];
  for (const [field, value] of Object.entries(flatten(config))) {
    if (field === 'kind' || field === 'apiVersion' || value === null || value === undefined) continue;
    const flag = FLAG_OF_FIELD[field];
    if (flag === undefined) ignored.push(field);
    else if (!given.has(flag)) argv.push(`--${flag}=${flagText(flag, value)}`);
  }
  return { argv, ignored };
}

/** Reads the file of --config. */
export async function readConfigurationFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`failed to load kubelet config file ${path}: ${error.message}`);
  });
  return parseYamlDocuments(text)[0];
}

function flatten(config: Record<string, unknown>): Record<string, unknown> {
  const { authentication, authorization, ...rest } = config as {
    authentication?: { x509?: { clientCAFile?: string }; webhook?: { enabled?: boolean } };
    authorization?: { mode?: string };
  };
  return {
    ...rest,
    'authentication.x509.clientCAFile': authentication?.x509?.clientCAFile,
    'authentication.webhook.enabled': authentication?.webhook?.enabled,
    'authorization.mode': authorization?.mode,
  };
}

function flagText(flag: string, value: unknown): string {
  if (flag === 'register-with-taints')
    return (value as { key: string; value?: string; effect: string }[])
      .map((taint) => `${taint.key}=${taint.value ?? ''}:${taint.effect}`)
      .join(',');
  if (flag === 'shutdown-grace-period-by-pod-priority')
    return (value as { priority: number; shutdownGracePeriodSeconds: number }[])
      .map(({ priority, shutdownGracePeriodSeconds }) => `${priority}=${shutdownGracePeriodSeconds}`)
      .join(',');
  if (Array.isArray(value)) return value.join(',');
  if (flag === 'manifest-url-header')
    return Object.entries(value as Record<string, string[]>)
      .flatMap(([name, values]) => values.map((each) => `${name}:${each}`))
      .join(',');
  if (typeof value !== 'object' || value === null) return String(value);
  const sign = flag === 'eviction-hard' || flag === 'eviction-soft' ? '<' : '=';
  return Object.entries(value)
    .map(([key, each]) => `${key}${sign}${each}`)
    .join(',');
}
