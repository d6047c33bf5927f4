import { isConflict, type Node, nodeKind } from '@coxswain/api';
import { type Controller, done, type ReconcileResult, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { parseCidr, planPodCidr } from './plan-pod-cidr.ts';

export interface NodeIpamOptions {
  /** The cluster's pod ranges, one a family. */
  readonly clusterCidrs: readonly string[];
  readonly maskSizeIPv4: number;
  readonly maskSizeIPv6: number;
}

/**
 * Gives every node a pod range of its own. What is taken is read from the nodes themselves, so nothing is lost by a
 * restart; it must run with one worker.
 */
export function createNodeIpamController(context: ControllerContext, options: NodeIpamOptions): Controller {
  const nodes = context.informers.for(nodeKind);
  const events = context.eventsOf('cidrAllocator');
  const clusters = options.clusterCidrs.map(parseCidr);
  /** Assigned and not yet seen in the cache, by node. */
  const assigned = new Map<string, { readonly uid: string | undefined; readonly cidrs: readonly string[] }>();

  function usedBesides(name: string): string[] {
    const fromNodes = nodes.lister
      .list()
      .filter(({ metadata }) => metadata.name !== name)
      .flatMap(podCidrsOf);
    const pending = [...assigned].filter(([node]) => node !== name).flatMap(([, { cidrs }]) => cidrs);
    return [...fromNodes, ...pending];
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const node = nodes.lister.get(key);
    if (!node || podCidrsOf(node).length > 0) {
      assigned.delete(key);
      return done;
    }
    if (node.metadata.deletionTimestamp !== undefined) return done;
    const pending = assigned.get(key);
    const cidrs = pending?.uid === node.metadata.uid ? pending?.cidrs : allocate(node);
    if (cidrs) await assign(node, cidrs, signal);
    return done;
  }

  function allocate(node: Node): string[] {
    const key = node.metadata.name;
    const used = usedBesides(key);
    const cidrs: string[] = [];
    for (const cluster of clusters) {
      const maskSize = cluster.family === 6 ? options.maskSizeIPv6 : options.maskSizeIPv4;
      const cidr = planPodCidr(cluster, maskSize, used);
      if (cidr === undefined) {
        events.event(node, 'Normal', 'CIDRNotAvailable', `Node ${key} status is now: CIDRNotAvailable`);
        throw new Error('CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range');
      }
      cidrs.push(cidr);
    }
    return cidrs;
  }

  /** What was chosen stays chosen when the write fails: it may have happened all the same. */
  async function assign(node: Node, cidrs: readonly string[], signal: AbortSignal): Promise<void> {
    const { name, uid, resourceVersion } = node.metadata;
    assigned.set(name, { uid, cidrs });
    const body = { metadata: { uid, resourceVersion }, spec: { podCIDR: cidrs[0], podCIDRs: cidrs } };
    try {
      await context.client.resource(nodeKind).patch(name, { type: 'merge', body }, { signal });
    } catch (error) {
      if (!isConflict(error))
        events.event(node, 'Normal', 'CIDRAssignmentFailed', `Node ${name} status is now: CIDRAssignmentFailed`);
      throw error;
    }
  }

  return {
    name: 'node-ipam',
    sources: [
      source(nodes, ({ metadata }, event) => (event === 'deleted' ? [metadata.name, ...waiting()] : [metadata.name])),
    ],
    reconcile,
  };

  /** Nodes without a range: a deleted node's may be theirs now. */
  function waiting(): string[] {
    return nodes.lister
      .list()
      .filter((node) => podCidrsOf(node).length === 0)
      .map(({ metadata }) => metadata.name);
  }
}

function podCidrsOf({ spec }: Node): string[] {
  if (spec.podCIDRs && spec.podCIDRs.length > 0) return spec.podCIDRs;
  return spec.podCIDR ? [spec.podCIDR] : [];
}
