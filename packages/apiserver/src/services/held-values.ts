import type { Service } from '@coxswain/api';
import { canonicalAddress } from './ip-range.ts';
import { needsClusterIP } from './service-needs.ts';

/** Addresses that a Service holds, in their canonical form. */
export function addressesOf({ spec }: Service): string[] {
  if (!spec || !needsClusterIP(spec)) return [];
  const all = spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : [];
  return all.filter((address) => address !== 'None' && address !== '').map(canonicalAddress);
}

/** Node ports that a Service holds, that of its health check included. */
export function portsOf({ spec }: Service): Set<number> {
  const ports = (spec?.ports ?? []).map(({ nodePort }) => nodePort ?? 0);
  return new Set([...ports, spec?.healthCheckNodePort ?? 0].filter((port) => port > 0));
}
