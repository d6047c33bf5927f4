import { hostname } from 'node:os';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain, UsageError } from '@coxswain/foundation';
import { parseCidr } from './cidr.ts';
import { runPodNetwork } from './run-pod-network.ts';

const FLAGS = {
  kubeconfig: { kind: 'string', default: '', help: 'path of the kubeconfig' },
  'node-name': { kind: 'string', default: '', help: "this node's name; the host's name unless given" },
  'cluster-cidr': { kind: 'string', default: '10.244.0.0/16', help: 'range of all pod addresses' },
  'service-cidr': { kind: 'string', default: '10.96.0.0/16', help: 'range of cluster IPs' },
  'cni-conf-dir': { kind: 'string', default: '/etc/cni/net.d', help: 'directory of the CNI configuration' },
  'cni-bin-dir': { kind: 'string', default: '/usr/lib/cni', help: 'directories with the CNI plugins, : between' },
  'healthz-port': { kind: 'number', default: 10247, help: 'port of /healthz and /metrics on loopback; 0 for none' },
  mtu: { kind: 'number', default: 0, help: "MTU of the pods' interfaces; that of the node's own unless given" },
  v: { kind: 'number', default: 0, help: '4 logs debug lines' },
} as const;

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  if (flags.kubeconfig === '') throw new UsageError('--kubeconfig is required');
  for (const name of ['cluster-cidr', 'service-cidr'] as const)
    if (!parseCidr(flags[name]))
      throw new UsageError(`invalid argument "${flags[name]}" for "--${name}" flag: want an IPv4 range`);
  await runPodNetwork(
    {
      client: createApiClient(loadKubeconfig(flags.kubeconfig)),
      log: createLogger({ component: 'pod-network', level: flags.v >= 4 ? 'debug' : 'info' }),
      nodeName: flags['node-name'] || hostname().toLowerCase(),
      clusterCidr: flags['cluster-cidr'],
      serviceCidr: flags['service-cidr'],
      cniConfDir: flags['cni-conf-dir'],
      cniBinDir: flags['cni-bin-dir'],
      healthzPort: flags['healthz-port'] || undefined,
      mtu: flags.mtu || undefined,
    },
    signal,
  );
});
