import { parseFlags, runMain, UsageError, usage } from '@coxswain/foundation';
import { ensureNodeCredentials } from './node-credentials.ts';
import { runPki } from './run-pki.ts';

const FLAGS = {
  dir: { kind: 'string', default: '/etc/kubernetes', help: 'the folder of the cluster, laid out as kubeadm does' },
  server: { kind: 'string', default: 'https://apiserver:6443', help: "the apiserver's URL for components" },
  'admin-server': { kind: 'string', help: "the apiserver's URL in admin.kubeconfig" },
  san: { kind: 'list', help: 'more names and addresses: of the apiserver (init), of the kubelet (node)' },
  'etcd-san': { kind: 'list', help: 'more names and addresses of etcd' },
  nodes: { kind: 'number', default: 0, help: 'make credentials for node-1 … node-N' },
  'nodes-dir': { kind: 'string', help: 'where they go (default <dir>/nodes)' },
  'node-address-range': { kind: 'string', help: 'IPv4 range of the nodes, named by their serving certificates' },
  publish: {
    kind: 'map',
    help: 'role=folder: copy what a role needs; etcd, apiserver, scheduler, controller-manager, metrics-server, admin',
  },
  name: { kind: 'string', help: "node: the node's name" },
  to: { kind: 'string', help: 'node: the folder for its files' },
  help: { kind: 'boolean', short: 'h', help: 'print this' },
} as const;

const USAGE = `pki init [flags]   make a cluster's credentials
pki node --name NAME --to DIR [flags]   make one node's credentials`;

await runMain(undefined, async (signal) => {
  const { flags, args } = parseFlags(FLAGS, process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`${USAGE}\n\n${usage(FLAGS)}\n`);
    return;
  }
  const { dir, server } = flags;
  switch (args[0]) {
    case 'init':
      return runPki(
        {
          dir,
          server,
          ...(flags['admin-server'] === undefined ? {} : { adminServer: flags['admin-server'] }),
          apiserverNames: flags.san,
          etcdNames: flags['etcd-san'],
          nodes: flags.nodes,
          ...(flags['nodes-dir'] === undefined ? {} : { nodesDir: flags['nodes-dir'] }),
          ...(flags['node-address-range'] === undefined ? {} : { nodeAddressRange: flags['node-address-range'] }),
          publish: flags.publish,
        },
        signal,
      );
    case 'node': {
      const { name, to } = flags;
      if (name === undefined || to === undefined) throw new UsageError('pki node needs --name and --to');
      return ensureNodeCredentials({ dir, to, nodeName: name, server, names: flags.san });
    }
    default:
      throw new UsageError(USAGE);
  }
});
