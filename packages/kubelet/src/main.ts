import { parseFlags, runMain, UsageError, usage } from '@coxswain/foundation';
import { DEFAULT_OPTIONS } from './kubelet-options.ts';
import { parseTaint } from './node/node-manager.ts';
import { runKubelet } from './run-kubelet.ts';

const FLAGS = {
  kubeconfig: { kind: 'string', default: '/etc/kubernetes/kubelet.conf', help: 'how to reach the apiserver' },
  'container-runtime-endpoint': { kind: 'string', default: '', help: "the CRI runtime's socket, unix:///run/…" },
  'hostname-override': { kind: 'string', default: '', help: "the Node's name instead of the machine's host name" },
  'node-ip': { kind: 'list', help: "the node's addresses; that of the default route unless given" },
  'root-dir': { kind: 'string', default: DEFAULT_OPTIONS.rootDir, help: 'the folder of pods and volumes' },
  address: { kind: 'string', default: DEFAULT_OPTIONS.address, help: 'where to serve' },
  port: { kind: 'number', default: DEFAULT_OPTIONS.port, help: 'port of the server' },
  'healthz-bind-address': { kind: 'string', default: DEFAULT_OPTIONS.healthzBindAddress, help: 'where healthz serves' },
  'healthz-port': { kind: 'number', default: DEFAULT_OPTIONS.healthzPort, help: 'port of healthz, 0 for none' },
  'tls-cert-file': { kind: 'string', help: "the server's certificate" },
  'tls-private-key-file': { kind: 'string', help: "the server's key" },
  'client-ca-file': { kind: 'string', help: 'authority of the client certificates that are let in' },
  'cluster-dns': { kind: 'list', help: "addresses of the cluster's DNS" },
  'cluster-domain': { kind: 'string', default: DEFAULT_OPTIONS.clusterDomain, help: "the cluster's domain" },
  'resolv-conf': { kind: 'string', default: DEFAULT_OPTIONS.resolvConf, help: "the node's resolver configuration" },
  'max-pods': { kind: 'number', default: DEFAULT_OPTIONS.maxPods, help: 'most pods on this node' },
  'pod-cidr': { kind: 'string', default: '', help: 'ignored: the network comes from CNI' },
  'pod-infra-container-image': { kind: 'string', default: '', help: 'ignored: the runtime chooses' },
  'node-labels': { kind: 'map', help: 'labels of the Node' },
  'register-with-taints': { kind: 'list', help: 'taints of a new Node, key=value:Effect' },
  'node-status-update-frequency': { kind: 'duration', default: '10s', help: 'how often the status is looked at' },
  'sync-frequency': { kind: 'duration', default: '1m', help: 'how often an undisturbed pod is looked at' },
  'kube-reserved': { kind: 'map', help: 'resources kept for the node agents' },
  'system-reserved': { kind: 'map', help: 'resources kept for the system' },
  'cgroups-per-qos': { kind: 'boolean', default: false, help: 'a cgroup a pod below kubepods' },
  'cgroup-root': { kind: 'string', default: '/', help: 'the cgroup above kubepods' },
  'cgroup-driver': { kind: 'string', default: 'cgroupfs', help: 'cgroupfs or systemd, as the runtime has it' },
  'pod-logs-dir': { kind: 'string', default: DEFAULT_OPTIONS.podLogsDir, help: "where the containers' logs are" },
  'container-logs-dir': { kind: 'string', default: DEFAULT_OPTIONS.containerLogsDir, help: 'links to them' },
  v: { kind: 'number', default: 0, short: 'v', help: '4 and more is debug' },
  help: { kind: 'boolean', short: 'h', help: 'print this' },
} as const;

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`${usage(FLAGS)}\n`);
    return;
  }
  const driver = flags['cgroup-driver'];
  if (driver !== 'cgroupfs' && driver !== 'systemd') throw new UsageError('--cgroup-driver is cgroupfs or systemd');
  await runKubelet(
    {
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
      podLogsDir: flags['pod-logs-dir'],
      containerLogsDir: flags['container-logs-dir'],
      logLevel: flags.v >= 4 ? 'debug' : 'info',
    },
    signal,
  );
});
