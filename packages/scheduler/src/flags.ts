/** kube-scheduler's flags, as far as they mean something here. */
export const FLAGS = {
  kubeconfig: { kind: 'string', help: 'path to the kubeconfig; the in-cluster configuration unless given' },
  config: { kind: 'string', help: 'path to a KubeSchedulerConfiguration file; it comes before other flags' },
  'leader-elect': { kind: 'boolean', default: true, help: 'stand for election before scheduling' },
  'leader-elect-resource-namespace': { kind: 'string', default: 'kube-system', help: 'namespace of the Lease' },
  'leader-elect-resource-name': { kind: 'string', default: 'kube-scheduler', help: 'name of the Lease' },
  'leader-elect-lease-duration': { kind: 'duration', default: '10s', help: 'how long others wait for a silent leader' },
  'leader-elect-renew-deadline': { kind: 'duration', default: '7s', help: 'how long a leader tries to renew' },
  'leader-elect-retry-period': { kind: 'duration', default: '1500ms', help: 'pause between tries' },
  'bind-address': { kind: 'string', default: '127.0.0.1', help: 'address of the health and metrics endpoint' },
  'secure-port': { kind: 'number', default: 10259, help: 'its port; plain HTTP for now' },
  v: { kind: 'number', default: 2, short: 'v', help: 'log level; 4 and more logs each decision' },
  help: { kind: 'boolean', short: 'h', help: 'print this' },
} as const;
