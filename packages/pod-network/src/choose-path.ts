import { contains, parseCidr, parseIPv4 } from './cidr.ts';
import type { NodeView } from './node-view.ts';
import { tunnelEnd } from './plan-tunnel.ts';

/** A network interface with its IPv4 addresses. */
export interface Link {
  readonly name: string;
  /** Bytes. */
  readonly mtu: number;
  /** Address and prefix length, `172.30.96.3/24`. */
  readonly addresses: readonly string[];
}

/** The bridge that the pods of this node hang on. */
export const BRIDGE = 'cni0';
/** The device of the tunnel to nodes on other segments. */
export const TUNNEL = 'cox-vxlan';

/**
 * How this node's packets get to a peer's pods. `host-gw`: the peer is on a segment with this node and routes its own
 * range. `vxlan`: it is elsewhere and reached through the tunnel.
 */
export type Path =
  | { readonly kind: 'host-gw'; readonly via: string; readonly dev: string }
  | { readonly kind: 'vxlan'; readonly via: string; readonly dev: string }
  | { readonly kind: 'none'; readonly reason: string };

export function choosePath(peer: NodeView, links: readonly Link[], clusterCidr: string): Path {
  const address = peer.internalIp === undefined ? undefined : parseIPv4(peer.internalIp);
  if (peer.internalIp === undefined || address === undefined) return { kind: 'none', reason: 'it has no InternalIP' };
  const link = links.find(
    ({ name, addresses }) => name !== BRIDGE && name !== TUNNEL && addresses.some((own) => isOnSegment(own, address)),
  );
  if (!link) {
    const end = tunnelEnd(peer);
    const inCluster = overlaysCluster(address, clusterCidr);
    if (!end || inCluster) return { kind: 'none', reason: `its address ${peer.internalIp} can't be that of a node` };
    return { kind: 'vxlan', via: end.inner, dev: TUNNEL };
  }
  return { kind: 'host-gw', via: peer.internalIp, dev: link.name };
}

function isOnSegment(own: string, address: number): boolean {
  const segment = parseCidr(own);
  return segment !== undefined && contains(segment, { first: address, last: address, prefix: 32 });
}

/** A tunnel can't lead to an address that is itself reached through it. */
function overlaysCluster(address: number, clusterCidr: string): boolean {
  const cluster = parseCidr(clusterCidr);
  return cluster !== undefined && contains(cluster, { first: address, last: address, prefix: 32 });
}
