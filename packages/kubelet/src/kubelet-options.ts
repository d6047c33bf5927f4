import type { Taint } from '@coxswain/api';

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
  /** Folders of pod logs and of the links to them. */
  readonly podLogsDir: string;
  readonly containerLogsDir: string;
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
  cgroupsPerQos: false,
  cgroupRoot: '/',
  cgroupDriver: 'cgroupfs',
  podLogsDir: '/var/log/pods',
  containerLogsDir: '/var/log/containers',
} as const satisfies Partial<KubeletOptions>;
