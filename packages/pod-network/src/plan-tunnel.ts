import { TUNNEL } from './choose-path.ts';
import { formatIPv4, parseCidr, parseIPv4 } from './cidr.ts';
import type { NodeView } from './node-view.ts';

/** Bytes that VXLAN over IPv4 adds to a packet. */
export const TUNNEL_OVERHEAD = 50;
const VNI = 67;
const PORT = 4789;

/** One end of the tunnel, computed from a Node alone, so that every node knows all ends. */
export interface TunnelEnd {
  /** The node's InternalIP, where packets of the tunnel go. */
  readonly outer: string;
  /** The first address of its pod range, which no pod has. */
  readonly inner: string;
  readonly mac: string;
}

/** The device and its tables as the kernel has them. */
export interface TunnelState {
  readonly outer: string;
  readonly mac: string;
  readonly mtu: number;
  readonly inner: readonly string[];
  /** Permanent neighbours, inner address to MAC. */
  readonly neighbours: ReadonlyMap<string, string>;
  /** Forwarding entries, MAC to outer address. */
  readonly forwarding: ReadonlyMap<string, string>;
}

export interface TunnelInput {
  /** Undefined while this node has no range or address: nothing is changed then. */
  readonly own: TunnelEnd | undefined;
  readonly peers: readonly TunnelEnd[];
  /** Of the device that carries the tunnel, in bytes. */
  readonly uplinkMtu: number;
  readonly existing: TunnelState | undefined;
}

/** Lines for `ip -batch` and `bridge -batch`. */
export interface TunnelPlan {
  readonly ip: readonly string[];
  readonly bridge: readonly string[];
}

export function tunnelEnd({ podCidr, internalIp }: NodeView): TunnelEnd | undefined {
  const range = podCidr === undefined ? undefined : parseCidr(podCidr);
  const address = internalIp === undefined ? undefined : parseIPv4(internalIp);
  if (!range || internalIp === undefined || address === undefined) return undefined;
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  const mac = ['02', '43', ...octets.map((octet) => octet.toString(16).padStart(2, '0'))].join(':');
  return { outer: internalIp, inner: formatIPv4(range.first), mac };
}

/**
 * The way from the tunnel that is there to the one that is wanted. There is a device only if some peer needs it; it
 * learns nothing by itself: each peer has a neighbour and a forwarding entry.
 */
export function planTunnel({ own, peers, uplinkMtu, existing }: TunnelInput): TunnelPlan {
  if (own === undefined) return { ip: [], bridge: [] };
  if (peers.length === 0) return { ip: existing ? [`link del ${TUNNEL}`] : [], bridge: [] };
  const mtu = uplinkMtu - TUNNEL_OVERHEAD;
  const ip: string[] = [];
  const bridge: string[] = [];
  const usable = existing?.outer === own.outer && existing.mac === own.mac ? existing : undefined;
  if (!usable) {
    if (existing) ip.push(`link del ${TUNNEL}`);
    ip.push(
      `link add ${TUNNEL} address ${own.mac} mtu ${mtu} type vxlan id ${VNI} dstport ${PORT} local ${own.outer} nolearning`,
      `link set ${TUNNEL} up`,
    );
  } else if (usable.mtu !== mtu) ip.push(`link set ${TUNNEL} mtu ${mtu}`);
  if (!usable?.inner.includes(own.inner)) ip.push(`addr replace ${own.inner}/32 dev ${TUNNEL}`);
  for (const address of usable?.inner ?? []) if (address !== own.inner) ip.push(`addr del ${address}/32 dev ${TUNNEL}`);

  const macs = new Set(peers.map((peer) => peer.mac));
  const inners = new Set(peers.map((peer) => peer.inner));
  for (const [inner] of usable?.neighbours ?? []) if (!inners.has(inner)) ip.push(`neigh del ${inner} dev ${TUNNEL}`);
  for (const [mac, outer] of usable?.forwarding ?? [])
    if (!macs.has(mac)) bridge.push(`fdb del ${mac} dev ${TUNNEL} dst ${outer} self`);
  for (const peer of peers) {
    if (usable?.neighbours.get(peer.inner) !== peer.mac)
      ip.push(`neigh replace ${peer.inner} lladdr ${peer.mac} dev ${TUNNEL} nud permanent`);
    if (usable?.forwarding.get(peer.mac) !== peer.outer)
      bridge.push(`fdb replace ${peer.mac} dev ${TUNNEL} dst ${peer.outer} self permanent`);
  }
  return { ip, bridge };
}
