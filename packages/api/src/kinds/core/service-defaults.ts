import type { Service } from './service.ts';

/** Defaults of a Service that depend on its type. Cluster IPs and node ports are allocated by the API server. */
export function defaultService({ spec }: Service): void {
  for (const port of spec.ports ?? []) port.targetPort = port.targetPort || (port.port ?? 0);
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {};
    spec.sessionAffinityConfig.clientIP ??= {};
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= 10_800;
  } else delete spec.sessionAffinityConfig;
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
  const hasExternalIPs = spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0;
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || hasExternalIPs)
    spec.externalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}
