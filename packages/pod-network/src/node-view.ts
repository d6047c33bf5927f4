import type { Node } from '@coxswain/api';
import { parseCidr, parseIPv4 } from './cidr.ts';

/** What this program needs to know of a Node. */
export interface NodeView {
  readonly name: string;
  /** The IPv4 range of the node's pods. */
  readonly podCidr: string | undefined;
  /** The first IPv4 InternalIP. */
  readonly internalIp: string | undefined;
}

export function viewNode({ metadata, spec, status }: Node): NodeView {
  const ranges = [...(spec.podCIDRs ?? []), ...(spec.podCIDR === undefined ? [] : [spec.podCIDR])];
  const internal = status?.addresses?.find(
    ({ type, address }) => type === 'InternalIP' && parseIPv4(address) !== undefined,
  );
  return {
    name: metadata.name ?? '',
    podCidr: ranges.find((range) => parseCidr(range) !== undefined),
    internalIp: internal?.address,
  };
}
