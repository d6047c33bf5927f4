import type { Service } from '@coxswain/api';
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
  if (!needsClusterIP(next.spec) && needsClusterIP(old.spec)) dropAddress(next, old);
  if (!needsNodePorts(next.spec) && needsNodePorts(old.spec)) dropNodePorts(next, old);
}

/** A Service that becomes an ExternalName gives its address back unless the client says otherwise. */
function dropAddress(next: Service, old: Service): void {
  if (next.spec.clusterIP !== old.spec.clusterIP) return;
  delete next.spec.clusterIP;
  delete next.spec.clusterIPs;
  delete next.spec.ipFamilies;
  delete next.spec.ipFamilyPolicy;
}

function dropNodePorts(next: Service, old: Service): void {
  const held = new Set((old.spec.ports ?? []).map(({ nodePort }) => nodePort));
  for (const port of next.spec.ports ?? []) if (held.has(port.nodePort)) delete port.nodePort;
}
