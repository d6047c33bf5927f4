import type { Taint } from '@coxswain/api';
import { DEFAULT_EVICTION_HARD } from './eviction/thresholds.ts';
import type { ShutdownPeriod } from './node/plan-shutdown.ts';

/** The kubelet's settings; names and defaults are those of upstream's flags. */
export interface KubeletOptions {
  readonly kubeconfig: string;
  readonly containerRuntimeEndpoint: string;
  /** The Node's name; the machine's host name unless given. */
  readonly hostnameOverride?: string | undefined;
  /** Found from the default route unless given. */
  readonly nodeIPs?: readonly string[] | undefined;
  readonly rootDir: string;
  readonly address: string;
  readonly port: number;
  readonly healthzBindAddress: string;
  /** 0 serves no plain health endpoint. */
  readonly healthzPort: number;
  readonly tlsCertFile?: string | undefined;
  readonly tlsPrivateKeyFile?: string | undefined;
  readonly clientCaFile?: string | undefined;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly resolvConf: string;
  readonly maxPods: number;
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly registerWithTaints: readonly Taint[];
  /** Milliseconds. */
  readonly nodeStatusUpdateFrequency: number;
  /** Milliseconds. */
  readonly syncFrequency: number;
  readonly kubeReserved: Readonly<Record<string, string>>;
  readonly systemReserved: Readonly<Record<string, string>>;
  readonly cgroupsPerQos: boolean;
  readonly cgroupRoot: string;
  readonly cgroupDriver: 'cgroupfs' | 'systemd';
  /** Patterns of sysctls that pods may set beside the safe ones. */
  readonly allowedUnsafeSysctls: readonly string[];
  /** Folders of pod logs and of the links to them. */
  readonly podLogsDir: string;
  readonly containerLogsDir: string;
  /** Upstream's `memory.available<100Mi`, …; an empty list evicts nothing. */
  readonly evictionHard: readonly string[];
  readonly evictionSoft: readonly string[];
  readonly evictionSoftGracePeriod: Readonly<Record<string, string>>;
  readonly evictionMinimumReclaim: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly evictionMaxPodGracePeriod: number;
  /** Milliseconds. */
  readonly evictionPressureTransitionPeriod: number;
  /** Percent of use of the images' disk. */
  readonly imageGCHighThresholdPercent: number;
  readonly imageGCLowThresholdPercent: number;
  /** Milliseconds. */
  readonly imageMinimumGCAge: number;
  /** Milliseconds; 0 is without end. */
  readonly imageMaximumGCAge: number;
  /** A quantity. */
  readonly containerLogMaxSize: string;
  readonly containerLogMaxFiles: number;
  /** Milliseconds. */
  readonly containerLogMonitorInterval: number;
  /** Milliseconds. */
  readonly minimumContainerTTLDuration: number;
  readonly maximumDeadContainersPerContainer: number;
  /** Negative without bound. */
  readonly maximumDeadContainers: number;
  /** Folder of static pods' manifests. */
  readonly staticPodPath?: string | undefined;
  readonly staticPodURL?: string | undefined;
  /** Header `name: values` of requests for the manifest. */
  readonly staticPodURLHeader: Readonly<Record<string, string>>;
  /** Milliseconds between looks at the folder, at the URL. */
  readonly fileCheckFrequency: number;
  readonly httpCheckFrequency: number;
  /** Milliseconds between measurements of volumes and logs; 0 for none. */
  readonly volumeStatsAggPeriod: number;
  /** Milliseconds that pods have to end when the kubelet is told to stop, of which the last are the critical pods'; 0 leaves them. */
  /** Bearer tokens are taken to the API. */
  readonly authenticationTokenWebhook: boolean;
  readonly authorizationMode: 'AlwaysAllow' | 'Webhook';
  readonly shutdownGracePeriod: number;
  readonly shutdownGracePeriodCriticalPods: number;
  readonly shutdownGracePeriodByPodPriority: readonly ShutdownPeriod[];
  readonly logLevel?: string | undefined;
}

export const DEFAULT_OPTIONS = {
  rootDir: '/var/lib/kubelet',
  address: '0.0.0.0',
  port: 10_250,
  healthzBindAddress: '127.0.0.1',
  healthzPort: 10_248,
  clusterDns: [],
  clusterDomain: 'cluster.local',
  resolvConf: '/etc/resolv.conf',
  maxPods: 110,
  nodeLabels: {},
  registerWithTaints: [],
  nodeStatusUpdateFrequency: 10_000,
  syncFrequency: 60_000,
  kubeReserved: {},
  systemReserved: {},
  cgroupsPerQos: true,
  cgroupRoot: '/',
  cgroupDriver: 'cgroupfs',
  allowedUnsafeSysctls: [],
  podLogsDir: '/var/log/pods',
  containerLogsDir: '/var/log/containers',
  evictionHard: DEFAULT_EVICTION_HARD,
  evictionSoft: [],
  evictionSoftGracePeriod: {},
  evictionMinimumReclaim: {},
  evictionMaxPodGracePeriod: 0,
  evictionPressureTransitionPeriod: 300_000,
  imageGCHighThresholdPercent: 85,
  imageGCLowThresholdPercent: 80,
  imageMinimumGCAge: 120_000,
  imageMaximumGCAge: 0,
  containerLogMaxSize: '10Mi',
  containerLogMaxFiles: 5,
  containerLogMonitorInterval: 10_000,
  minimumContainerTTLDuration: 0,
  maximumDeadContainersPerContainer: 1,
  maximumDeadContainers: -1,
  staticPodURLHeader: {},
  fileCheckFrequency: 20_000,
  httpCheckFrequency: 20_000,
  volumeStatsAggPeriod: 60_000,
  authenticationTokenWebhook: true,
  authorizationMode: 'Webhook',
  shutdownGracePeriod: 0,
  shutdownGracePeriodCriticalPods: 0,
  shutdownGracePeriodByPodPriority: [],
} as const satisfies Partial<KubeletOptions>;
