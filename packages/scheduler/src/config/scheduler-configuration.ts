import type { TlsFiles } from '../extender/post-json.ts';

/** Extension points as the `plugins` of a profile name them. */
export const EXTENSION_POINTS = [
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
] as const;
export type ExtensionPoint = (typeof EXTENSION_POINTS)[number];

export interface PluginSet {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number }[];
  /** `*` means all. */
  readonly disabled?: readonly { readonly name: string }[];
}

export interface ProfileConfiguration {
  /** `default-scheduler` unless given. */
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  readonly plugins?: { readonly [point in ExtensionPoint | 'multiPoint']?: PluginSet };
  readonly pluginConfig?: readonly { readonly name: string; readonly args?: Readonly<Record<string, unknown>> }[];
}

export interface ExtenderConfiguration {
  readonly urlPrefix: string;
  readonly filterVerb?: string;
  readonly prioritizeVerb?: string;
  readonly bindVerb?: string;
  readonly weight?: number;
  readonly httpTimeoutMs?: number;
  readonly tlsConfig?: TlsFiles;
  /** It knows the nodes: only names are sent. */
  readonly nodeCacheCapable?: boolean;
  readonly ignorable?: boolean;
  readonly managedResources?: readonly { readonly name: string; readonly ignoredByScheduler?: boolean }[];
}

/** The parts of a KubeSchedulerConfiguration file that mean something here; what is absent keeps its default. */
export interface SchedulerConfiguration {
  readonly profiles: readonly ProfileConfiguration[];
  readonly extenders: readonly ExtenderConfiguration[];
  /** 0 adapts to the size of the cluster. */
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffMs: number;
  readonly podMaxBackoffMs: number;
  readonly kubeconfig: string | undefined;
  readonly leaderElection: {
    readonly leaderElect?: boolean;
    readonly resourceName?: string;
    readonly resourceNamespace?: string;
    readonly leaseDurationMs?: number;
    readonly renewDeadlineMs?: number;
    readonly retryPeriodMs?: number;
  };
}

export const DEFAULT_CONFIGURATION: SchedulerConfiguration = {
  profiles: [{}],
  extenders: [],
  percentageOfNodesToScore: 0,
  podInitialBackoffMs: 1000,
  podMaxBackoffMs: 10_000,
  kubeconfig: undefined,
  leaderElection: {},
};

export const API_VERSION = 'kubescheduler.config.k8s.io/v1';
