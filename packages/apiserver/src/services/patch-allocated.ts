import type { Service, ServiceSpec } from '@coxswain/api';
import { needsClusterIP, needsHealthCheckPort, needsNodePorts } from './service-needs.ts';

/** An update that leaves out what the server allotted keeps it (as long as the type still has such a thing). Mutates. */
export function patchAllocatedValues(next: Service, old: Service): void {
  if (needsClusterIP(next.spec) && needsClusterIP(old.spec)) {
    if (!next.spec.clusterIP && !next.spec.clusterIPs?.length) {
      next.spec.clusterIP = old.spec.clusterIP;
      next.spec.clusterIPs = old.spec.clusterIPs;
    }
    if (next.spec.clusterIP === old.spec.clusterIP) {
      next.spec.ipFamilies ??= old.spec.ipFamilies;
      next.spec.ipFamilyPolicy ??= old.spec.ipFamilyPolicy;
    }
  }
  if (needsNodePorts(next.spec) && needsNodePorts(old.spec)) {
    const given = new Set((next.spec.ports ?? []).map(({ nodePort }) => nodePort));
    for (const port of next.spec.ports ?? []) {
      if (port.nodePort) continue;
      const before = (old.spec.ports ?? []).find(
        (candidate) => candidate.port === port.port && (candidate.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
      );
      if (before?.nodePort && !given.has(before.nodePort)) port.nodePort = before.nodePort;
    }
  }
  if (needsHealthCheckPort(next.spec) && needsHealthCheckPort(old.spec))
    next.spec.healthCheckNodePort ||= old.spec.healthCheckNodePort;
  dropTypeDependentFields(next.spec, old.spec);
}

/** What belongs to the old type goes with it, unless the client changed it on purpose. */
function dropTypeDependentFields(next: ServiceSpec, old: ServiceSpec): void {
  const left = (needs: (spec: ServiceSpec) => boolean) => needs(old) && !needs(next);
  if (left(needsClusterIP) && next.clusterIP === old.clusterIP) {
    delete next.clusterIP;
    delete next.clusterIPs;
    delete next.ipFamilies;
    delete next.ipFamilyPolicy;
    dropSame(next, old, 'internalTrafficPolicy');
  }
  if (left(needsNodePorts)) {
    const held = new Set((old.ports ?? []).map(({ nodePort }) => nodePort));
    for (const port of next.ports ?? []) if (held.has(port.nodePort)) delete port.nodePort;
  }
  if (left(needsHealthCheckPort)) dropSame(next, old, 'healthCheckNodePort');
  if (left(isExternallyAccessible)) dropSame(next, old, 'externalTrafficPolicy');
  if (left(isLoadBalancer)) {
    dropSame(next, old, 'allocateLoadBalancerNodePorts');
    dropSame(next, old, 'loadBalancerClass');
  }
}

function dropSame(next: ServiceSpec, old: ServiceSpec, field: keyof ServiceSpec): void {
  if (next[field] === old[field]) delete next[field];
}

const isLoadBalancer = ({ type }: ServiceSpec) => type === 'LoadBalancer';

function isExternallyAccessible({ type, externalIPs }: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer' || (type !== 'ExternalName' && (externalIPs ?? []).length > 0);
}
