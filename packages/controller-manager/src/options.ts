import type { ApiClient } from '@coxswain/client';
import type { Clock, Logger } from '@coxswain/foundation';
import type { SigningOptions } from './controllers/certificates/csr-signing-controller.ts';
import type { AutoscalerOptions } from './controllers/horizontalpodautoscaler/horizontalpodautoscaler-controller.ts';
import type { EvictionRates } from './controllers/nodelifecycle/plan-zones.ts';

/** How many keys each controller works on at a time; upstream's --concurrent-*-syncs. */
export interface Concurrency {
  readonly deployment: number;
  readonly replicaSet: number;
  readonly endpoint: number;
  readonly serviceEndpoint: number;
  readonly namespace: number;
  readonly serviceAccount: number;
  readonly garbageCollector: number;
  readonly replicationController: number;
  readonly daemonSet: number;
  readonly statefulSet: number;
  readonly job: number;
  readonly cronJob: number;
  readonly ttlAfterFinished: number;
  readonly resourceQuota: number;
  readonly horizontalPodAutoscaler: number;
  readonly mirroring: number;
}

/** Durations in milliseconds. */
export interface ControllerManagerOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly leaderElection?: {
    /** Unique to this process; `<host>_<uuid>` unless given. */
    readonly identity?: string;
    readonly leaseDurationMs?: number;
    readonly renewDeadlineMs?: number;
    readonly retryPeriodMs?: number;
    readonly resourceName?: string;
    readonly resourceNamespace?: string;
  };
  /** `*`, `name`, `-name`, as --controllers. */
  readonly controllers: readonly string[];
  readonly concurrency: Concurrency;
  /** Where /healthz, /readyz and /metrics are served over plain HTTP; nowhere unless given. */
  readonly health?: { readonly host: string; readonly port: number };
  readonly allocateNodeCidrs: boolean;
  readonly clusterCidrs: readonly string[];
  readonly nodeCidrMaskSizeIPv4: number;
  readonly nodeCidrMaskSizeIPv6: number;
  readonly nodeMonitorPeriodMs: number;
  readonly nodeMonitorGracePeriodMs: number;
  readonly nodeStartupGracePeriodMs: number;
  readonly evictionRates: EvictionRates;
  readonly terminatedPodGcThreshold: number;
  readonly resourceQuotaSyncPeriodMs: number;
  readonly autoscaler: AutoscalerOptions;
  /** Image of the pods that empty local volumes: it must have `rm`. */
  readonly localPathHelperImage: string;
  /** Who signs CertificateSigningRequests; they are not signed unless given. */
  readonly signing?: SigningOptions;
  /** PEM of the key that signs tokens in Secrets; none are made unless given. */
  readonly serviceAccountKey?: string;
  readonly legacyTokenCleanUpPeriodMs: number;
  /** PEM of the cluster's root certificate, for the ConfigMap kube-root-ca.crt. */
  readonly rootCA?: string;
}

export type ControllerSettings = Omit<ControllerManagerOptions, 'client' | 'log'>;

/** Upstream's defaults. */
export const defaultSettings: ControllerSettings = {
  controllers: ['*'],
  concurrency: {
    deployment: 5,
    replicaSet: 5,
    endpoint: 5,
    serviceEndpoint: 5,
    namespace: 10,
    serviceAccount: 5,
    garbageCollector: 20,
    replicationController: 5,
    daemonSet: 2,
    statefulSet: 5,
    job: 5,
    cronJob: 5,
    ttlAfterFinished: 5,
    resourceQuota: 5,
    horizontalPodAutoscaler: 5,
    mirroring: 5,
  },
  allocateNodeCidrs: false,
  clusterCidrs: [],
  nodeCidrMaskSizeIPv4: 24,
  nodeCidrMaskSizeIPv6: 64,
  nodeMonitorPeriodMs: 5_000,
  nodeMonitorGracePeriodMs: 40_000,
  nodeStartupGracePeriodMs: 60_000,
  evictionRates: { primary: 0.1, secondary: 0.01, largeClusterSizeThreshold: 50, unhealthyZoneThreshold: 0.55 },
  terminatedPodGcThreshold: 12_500,
  resourceQuotaSyncPeriodMs: 300_000,
  localPathHelperImage: 'busybox:1.36',
  legacyTokenCleanUpPeriodMs: 8760 * 3_600_000,
  autoscaler: {
    syncPeriodMs: 15_000,
    downscaleStabilizationMs: 300_000,
    tolerance: 0.1,
    cpuInitializationPeriodMs: 300_000,
    initialReadinessDelayMs: 30_000,
  },
};
