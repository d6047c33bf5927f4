import { contains, parseCidr, parseIPv4 } from './cidr.ts';
import type { NodeView } from './node-view.ts';

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

/**
 * How this node's packets get to a peer's pods. `host-gw`: the peer is on a segment with this node and routes its own
 * range. A peer elsewhere needs a tunnel (VXLAN), which is not there yet.
 */
export type Path =
  | { readonly kind: 'host-gw'; readonly via: string; readonly dev: string }
  | { readonly kind: 'none'; readonly reason: string };

export function choosePath(peer: NodeView, links: readonly Link[]): Path {
  const address = peer.internalIp === undefined ? undefined : parseIPv4(peer.internalIp);
  if (peer.internalIp === undefined || address === undefined) return { kind: 'none', reason: 'it has no InternalIP' };
  const link = links.find(
    ({ name, addresses }) => name !== BRIDGE && addresses.some((own) => isOnSegment(own, address)),
  );
  if (!link) return { kind: 'none', reason: `its address ${peer.internalIp} is on no segment of this node` };
  return { kind: 'host-gw', via: peer.internalIp, dev: link.name };
}

function isOnSegment(own: string, address: number): boolean {
  const segment = parseCidr(own);
  return segment !== undefined && contains(segment, { first: address, last: address, prefix: 32 });
}
