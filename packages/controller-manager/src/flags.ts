import { readFileSync } from 'node:fs';
import { type FlagValues, UsageError } from '@coxswain/foundation';
import { parseCidr } from './controllers/nodeipam/plan-pod-cidr.ts';
import { type ControllerManagerOptions, defaultSettings } from './options.ts';

const workers = (what: string, initial: number) =>
  ({ kind: 'number', default: initial, help: `how many ${what} are worked on at a time` }) as const;
const accepted = (kind: 'string' | 'number' | 'duration' | 'boolean') =>
  ({ kind, help: 'accepted for compatibility; has no effect' }) as const;
const { concurrency } = defaultSettings;

/** Upstream's names and defaults. */
export const FLAGS = {
  kubeconfig: { kind: 'string', help: 'how to reach the apiserver; as a pod of it unless given' },
  'leader-elect': { kind: 'boolean', default: true, help: 'work only while holding the lease' },
  'leader-elect-lease-duration': { kind: 'duration', default: '10s', help: 'how long others wait for the leader' },
  'leader-elect-renew-deadline': { kind: 'duration', default: '7s', help: 'when a leader gives up renewing' },
  'leader-elect-retry-period': { kind: 'duration', default: '1500ms', help: 'pause between tries' },
  'leader-elect-resource-name': { kind: 'string', default: 'kube-controller-manager', help: 'name of the lease' },
  'leader-elect-resource-namespace': { kind: 'string', default: 'kube-system', help: 'namespace of the lease' },
  controllers: {
    kind: 'list',
    default: ['*'],
    help: "which controllers run: '*' is all, 'foo' this one, '-foo' not this one",
  },
  'bind-address': { kind: 'string', default: '127.0.0.1', help: 'address of the health and metrics port' },
  'secure-port': { kind: 'number', default: 10257, help: 'health and metrics port (plain HTTP), 0 for none' },
  'healthz-port': { kind: 'number', help: 'takes the place of --secure-port' },
  'allocate-node-cidrs': { kind: 'boolean', default: false, help: 'give each node a range of pod addresses' },
  'cluster-cidr': { kind: 'list', help: 'ranges of pod addresses, one a family' },
  'node-cidr-mask-size': { kind: 'number', default: 24, help: "prefix length of a node's IPv4 range" },
  'node-cidr-mask-size-ipv4': { kind: 'number', help: 'takes the place of --node-cidr-mask-size' },
  'node-cidr-mask-size-ipv6': { kind: 'number', default: 64, help: "prefix length of a node's IPv6 range" },
  'node-monitor-period': { kind: 'duration', default: '5s', help: 'how often nodes are looked at' },
  'node-monitor-grace-period': { kind: 'duration', default: '40s', help: 'silence after which a node is not ready' },
  'node-startup-grace-period': { kind: 'duration', default: '1m', help: 'silence allowed to a node that is starting' },
  'node-eviction-rate': { kind: 'number', default: 0.1, help: 'nodes a second evicted in a healthy zone' },
  'secondary-node-eviction-rate': {
    kind: 'number',
    default: 0.01,
    help: 'nodes a second evicted in an unhealthy zone',
  },
  'large-cluster-size-threshold': { kind: 'number', default: 50, help: 'nodes of a zone to count as large' },
  'unhealthy-zone-threshold': {
    kind: 'number',
    default: 0.55,
    help: 'fraction of not-ready nodes of an unhealthy zone',
  },
  'terminated-pod-gc-threshold': { kind: 'number', default: 12_500, help: 'finished pods that are kept' },
  'resource-quota-sync-period': { kind: 'duration', default: '5m', help: 'how often usage of quotas is counted anew' },
  'cluster-signing-cert-file': { kind: 'string', help: 'certificate of the authority that signs requests' },
  'cluster-signing-key-file': { kind: 'string', help: 'its key; requests are not signed without both' },
  'cluster-signing-duration': { kind: 'duration', default: '8760h', help: 'longest life of signed certificates' },
  'local-path-helper-image': {
    kind: 'string',
    default: 'busybox:1.36',
    help: 'image of the pods that make and empty local volumes (no flag of upstream)',
  },
  'service-account-private-key-file': { kind: 'string', help: 'key that signs tokens in Secrets' },
  'legacy-service-account-token-clean-up-period': {
    kind: 'duration',
    default: '8760h',
    help: 'how long a token in a Secret may be unused before it goes',
  },
  'root-ca-file': { kind: 'string', help: 'PEM certificate published as ConfigMap kube-root-ca.crt' },
  'concurrent-deployment-syncs': workers('Deployments', concurrency.deployment),
  'concurrent-replicaset-syncs': workers('ReplicaSets', concurrency.replicaSet),
  'concurrent-endpoint-syncs': workers('Endpoints', concurrency.endpoint),
  'concurrent-service-endpoint-syncs': workers("Services' EndpointSlices", concurrency.serviceEndpoint),
  'concurrent-namespace-syncs': workers('namespaces', concurrency.namespace),
  'concurrent-serviceaccount-token-syncs': workers('service accounts', concurrency.serviceAccount),
  'concurrent-gc-syncs': workers('objects of the garbage collector', concurrency.garbageCollector),
  'concurrent-rc-syncs': workers('ReplicationControllers', concurrency.replicationController),
  'concurrent-daemonset-syncs': workers('DaemonSets', concurrency.daemonSet),
  'concurrent-statefulset-syncs': workers('StatefulSets', concurrency.statefulSet),
  'concurrent-job-syncs': workers('Jobs', concurrency.job),
  'concurrent-cron-job-syncs': workers('CronJobs', concurrency.cronJob),
  'concurrent-ttl-after-finished-syncs': workers('finished Jobs', concurrency.ttlAfterFinished),
  'concurrent-resource-quota-syncs': workers('ResourceQuotas', concurrency.resourceQuota),
  'mirroring-concurrent-service-endpoint-syncs': workers("Services' mirrored EndpointSlices", concurrency.mirroring),
  'concurrent-horizontal-pod-autoscaler-syncs': workers(
    'HorizontalPodAutoscalers',
    concurrency.horizontalPodAutoscaler,
  ),
  'horizontal-pod-autoscaler-sync-period': {
    kind: 'duration',
    default: '15s',
    help: 'how often replicas are worked out',
  },
  'horizontal-pod-autoscaler-downscale-stabilization': {
    kind: 'duration',
    default: '5m',
    help: 'the highest recommendation of this long counts when scaling down',
  },
  'horizontal-pod-autoscaler-tolerance': {
    kind: 'number',
    default: 0.1,
    help: 'how far from its target a metric may be before anything is done',
  },
  'horizontal-pod-autoscaler-cpu-initialization-period': {
    kind: 'duration',
    default: '5m',
    help: 'for so long after its start the CPU of a pod may be left out of account',
  },
  'horizontal-pod-autoscaler-initial-readiness-delay': {
    kind: 'duration',
    default: '30s',
    help: 'changes of readiness for so long after the start count as starting',
  },
  'service-cluster-ip-range': accepted('string'),
  'pod-eviction-timeout': accepted('duration'),
  'use-service-account-credentials': accepted('boolean'),
  'cluster-name': accepted('string'),
  'client-ca-file': accepted('string'),
  'requestheader-client-ca-file': accepted('string'),
  'authentication-kubeconfig': accepted('string'),
  'authorization-kubeconfig': accepted('string'),
  'kube-api-qps': accepted('number'),
  'kube-api-burst': accepted('number'),
  profiling: accepted('boolean'),
  v: { kind: 'number', short: 'v', default: 0, help: 'log level: 0 info, 4 and above debug' },
  help: { kind: 'boolean', short: 'h', help: 'print this' },
} as const;

/** The options that flags stand for; reads the files they name. @throws UsageError */
export function optionsFromFlags(flags: FlagValues<typeof FLAGS>): Omit<ControllerManagerOptions, 'client' | 'log'> {
  const clusterCidrs = flags['cluster-cidr'];
  if (flags['allocate-node-cidrs'] && clusterCidrs.length === 0)
    throw new UsageError('--cluster-cidr is required when --allocate-node-cidrs is set');
  const maskSize = flags['node-cidr-mask-size-ipv4'] ?? flags['node-cidr-mask-size'];
  for (const text of clusterCidrs) checkCidr(text, maskSize, flags['node-cidr-mask-size-ipv6']);
  const port = flags['healthz-port'] ?? flags['secure-port'];
  const rootCAFile = flags['root-ca-file'];
  const accountKeyFile = flags['service-account-private-key-file'];
  return {
    ...(flags['leader-elect']
      ? {
          leaderElection: {
            leaseDurationMs: flags['leader-elect-lease-duration'],
            renewDeadlineMs: flags['leader-elect-renew-deadline'],
            retryPeriodMs: flags['leader-elect-retry-period'],
            resourceName: flags['leader-elect-resource-name'],
            resourceNamespace: flags['leader-elect-resource-namespace'],
          },
        }
      : {}),
    controllers: flags.controllers,
    concurrency: {
      deployment: flags['concurrent-deployment-syncs'],
      replicaSet: flags['concurrent-replicaset-syncs'],
      endpoint: flags['concurrent-endpoint-syncs'],
      serviceEndpoint: flags['concurrent-service-endpoint-syncs'],
      namespace: flags['concurrent-namespace-syncs'],
      serviceAccount: flags['concurrent-serviceaccount-token-syncs'],
      garbageCollector: flags['concurrent-gc-syncs'],
      replicationController: flags['concurrent-rc-syncs'],
      daemonSet: flags['concurrent-daemonset-syncs'],
      statefulSet: flags['concurrent-statefulset-syncs'],
      job: flags['concurrent-job-syncs'],
      cronJob: flags['concurrent-cron-job-syncs'],
      ttlAfterFinished: flags['concurrent-ttl-after-finished-syncs'],
      resourceQuota: flags['concurrent-resource-quota-syncs'],
      mirroring: flags['mirroring-concurrent-service-endpoint-syncs'],
      horizontalPodAutoscaler: flags['concurrent-horizontal-pod-autoscaler-syncs'],
    },
    autoscaler: {
      syncPeriodMs: flags['horizontal-pod-autoscaler-sync-period'],
      downscaleStabilizationMs: flags['horizontal-pod-autoscaler-downscale-stabilization'],
      tolerance: flags['horizontal-pod-autoscaler-tolerance'],
      cpuInitializationPeriodMs: flags['horizontal-pod-autoscaler-cpu-initialization-period'],
      initialReadinessDelayMs: flags['horizontal-pod-autoscaler-initial-readiness-delay'],
    },
    ...(port > 0 ? { health: { host: flags['bind-address'], port } } : {}),
    allocateNodeCidrs: flags['allocate-node-cidrs'],
    clusterCidrs,
    nodeCidrMaskSizeIPv4: maskSize,
    nodeCidrMaskSizeIPv6: flags['node-cidr-mask-size-ipv6'],
    nodeMonitorPeriodMs: flags['node-monitor-period'],
    nodeMonitorGracePeriodMs: flags['node-monitor-grace-period'],
    nodeStartupGracePeriodMs: flags['node-startup-grace-period'],
    evictionRates: {
      primary: flags['node-eviction-rate'],
      secondary: flags['secondary-node-eviction-rate'],
      largeClusterSizeThreshold: flags['large-cluster-size-threshold'],
      unhealthyZoneThreshold: flags['unhealthy-zone-threshold'],
    },
    terminatedPodGcThreshold: flags['terminated-pod-gc-threshold'],
    resourceQuotaSyncPeriodMs: flags['resource-quota-sync-period'],
    legacyTokenCleanUpPeriodMs: flags['legacy-service-account-token-clean-up-period'],
    localPathHelperImage: flags['local-path-helper-image'],
    ...signingOf(flags),
    ...(accountKeyFile === undefined
      ? {}
      : { serviceAccountKey: readText('service-account-private-key-file', accountKeyFile) }),
    ...(rootCAFile === undefined ? {} : { rootCA: readText('root-ca-file', rootCAFile) }),
  };
}

function checkCidr(text: string, maskIPv4: number, maskIPv6: number): void {
  try {
    const { family, prefix } = parseCidr(text);
    if (prefix > (family === 6 ? maskIPv6 : maskIPv4)) throw new Error(`${text} is smaller than one node's range`);
  } catch (error) {
    throw new UsageError(`--cluster-cidr: ${(error as Error).message}`);
  }
}

function signingOf(flags: FlagValues<typeof FLAGS>): Pick<ControllerManagerOptions, 'signing'> {
  const certFile = flags['cluster-signing-cert-file'];
  const keyFile = flags['cluster-signing-key-file'];
  if (certFile === undefined || keyFile === undefined) return {};
  const certificate = readText('cluster-signing-cert-file', certFile);
  const key = readText('cluster-signing-key-file', keyFile);
  return { signing: { authority: { certificate, key }, durationMs: flags['cluster-signing-duration'] } };
}

function readText(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--${flag}: ${(error as Error).message}`);
  }
}
