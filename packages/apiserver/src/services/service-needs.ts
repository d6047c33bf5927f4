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

/** IPv4 single-stack is all there is; ExternalName Services have no address at all. Mutates. */
export function completeFamilies(spec: ServiceSpec): void {
  if (!needsClusterIP(spec)) return;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0];
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
}

/** Whether anything that the Service needs is left for the server to choose. */
export function wantsAllotted(spec: ServiceSpec): boolean {
  return (
    (needsClusterIP(spec) && !spec.clusterIP) ||
    (needsNodePorts(spec) && (spec.ports ?? []).some(({ nodePort }) => !nodePort)) ||
    (needsHealthCheckPort(spec) && !spec.healthCheckNodePort)
  );
}
