import { BRIDGE } from './choose-path.ts';

export interface CniInput {
  readonly podCidr: string;
  /** Bytes; left to the kernel unless given. */
  readonly mtu?: number | undefined;
  /**
   * `bridge`: pods share a segment. `ptp`: each has a link of its own, for kernels that can't filter bridged packets,
   * where the answers of a Service's pod on the client's own node would bypass kube-proxy.
   */
  readonly attachment: 'bridge' | 'ptp';
}

/** The CNI network configuration list (specification 1.0.0) of this node's pods. */
export function renderCniConfig({ podCidr, mtu, attachment }: CniInput): string {
  const ipam = { type: 'host-local', ranges: [[{ subnet: podCidr }]], routes: [{ dst: '0.0.0.0/0' }] };
  const common = { ipMasq: false, ...(mtu === undefined ? {} : { mtu }), ipam };
  const interfaces =
    attachment === 'bridge'
      ? { type: 'bridge', bridge: BRIDGE, isGateway: true, forceAddress: true, hairpinMode: true, ...common }
      : { type: 'ptp', ...common };
  const portmap = { type: 'portmap', snat: true, capabilities: { portMappings: true } };
  const list = { cniVersion: '1.0.0', name: 'coxswain', plugins: [interfaces, portmap] };
  return `${JSON.stringify(list, null, 2)}\n`;
}
