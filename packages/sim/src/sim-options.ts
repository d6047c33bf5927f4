/** How many hollow nodes there are and what each says it has. */
export interface SimOptions {
  readonly kubeconfig: string;
  readonly nodes: number;
  /** Nodes are `<prefix>0`, `<prefix>1`, … */
  readonly namePrefix: string;
  /** Each node is in one of `zone-0`, `zone-1`, …; 0 for no zones. */
  readonly zones: number;
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly maxPods: number;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Files of pods: logs, hosts files, volumes. */
  readonly rootDir: string;
  /** Events recorded a second by all nodes together; those beyond are lost. */
  readonly eventQps: number;
  readonly eventBurst: number;
  /** Nodes that begin a second. */
  readonly startRate: number;
  /** Port of /healthz and /metrics on loopback; 0 for none. */
  readonly healthzPort: number;
  readonly logLevel: string;
}
