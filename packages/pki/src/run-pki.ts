import { join } from 'node:path';
import { UsageError } from '@coxswain/foundation';
import { hostAddresses } from './address-range.ts';
import { type ClusterPkiOptions, ensureClusterPki } from './cluster-pki.ts';
import { ensureNodeCredentials } from './node-credentials.ts';
import { isRole, publish } from './publish.ts';

export interface PkiOptions extends ClusterPkiOptions {
  /** Credentials are made ahead for node-1 … node-<nodes>; 0 makes none. */
  readonly nodes: number;
  /** Where they go, one folder a node; `<dir>/nodes` unless given. */
  readonly nodesDir?: string;
  /** The IPv4 range nodes take their addresses from; each kubelet's serving certificate names all of it. */
  readonly nodeAddressRange?: string;
  /** Role → folder that gets that role's files and no others. */
  readonly publish?: Readonly<Record<string, string>>;
}

/** Makes a whole cluster's credentials once; see `ensureClusterPki`, `ensureNodeCredentials` and `publish`. */
export async function runPki(options: PkiOptions, signal: AbortSignal): Promise<void> {
  const { dir, server, nodes, nodesDir = join(dir, 'nodes'), nodeAddressRange } = options;
  await ensureClusterPki(options);
  const names = nodeAddressRange === undefined ? [] : hostAddresses(nodeAddressRange);
  for (let i = 1; i <= nodes; i++) {
    signal.throwIfAborted();
    const nodeName = `node-${i}`;
    await ensureNodeCredentials({ dir, to: join(nodesDir, nodeName), nodeName, server, names });
  }
  for (const [role, to] of Object.entries(options.publish ?? {})) {
    if (!isRole(role)) throw new UsageError(`--publish: no such role: ${role}`);
    await publish(dir, role, to);
  }
}
