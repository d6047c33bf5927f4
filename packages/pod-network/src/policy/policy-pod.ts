import type { Pod } from '@coxswain/api';
import { parseIPv4 } from '../cidr.ts';

/** What policies need to know of a Pod. */
export interface PolicyPod {
  readonly namespace: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its IPv4 address. */
  readonly ip: string;
  /** Named container ports. */
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

/** Undefined for pods that policies don't concern: on the host's network, without address, ended. */
export function policyPod({ metadata, spec, status }: Pod): PolicyPod | undefined {
  const addresses = [status?.podIP ?? '', ...(status?.podIPs ?? []).map(({ ip }) => ip ?? '')];
  const ip = addresses.find((address) => parseIPv4(address) !== undefined);
  if (!ip || spec.hostNetwork || status?.phase === 'Succeeded' || status?.phase === 'Failed') return undefined;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return {
    namespace: metadata.namespace ?? '',
    node: spec.nodeName ?? '',
    labels: metadata.labels ?? {},
    ip,
    ports: containers
      .flatMap(({ ports = [] }) => ports)
      .flatMap(({ name, protocol = 'TCP', containerPort }) => (name ? [{ name, protocol, port: containerPort }] : [])),
  };
}
