import type { ServiceSpec } from '@coxswain/api';

export function needsClusterIP({ type }: ServiceSpec): boolean {
  return type !== 'ExternalName';
}

export function needsNodePorts({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

export function needsHealthCheckPort({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

/** Whether anything that the Service needs is left for the server to choose. */
export function wantsAllotted(spec: ServiceSpec): boolean {
  return (
    (needsClusterIP(spec) && lacksAddress(spec)) ||
    (needsNodePorts(spec) && (spec.ports ?? []).some(({ nodePort }) => !nodePort)) ||
    (needsHealthCheckPort(spec) && !spec.healthCheckNodePort)
  );
}

/** An address is wanted for each family, unless the Service is headless. */
function lacksAddress({ clusterIP, clusterIPs, ipFamilies }: ServiceSpec): boolean {
  return !clusterIP || (clusterIP !== 'None' && (clusterIPs?.length ?? 0) < (ipFamilies?.length ?? 1));
}
