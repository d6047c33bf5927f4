import type { RuleSet } from '../rule-set.ts';

/** What a load balancer is told of one Service on this node. */
export interface ServiceHealth {
  /** `namespace/name`. */
  readonly service: string;
  /** TCP port to answer on, spec.healthCheckNodePort. */
  readonly port: number;
  /** Ready endpoints of the Service on this node, by address. */
  readonly localEndpoints: number;
}

/**
 * The health checks of Services of type LoadBalancer with externalTrafficPolicy Local, by `namespace/name`: those known
 * from before, with the ones of `changed` as they are now.
 */
export function planHealthChecks(
  { services }: RuleSet,
  changed: Iterable<string> = services.keys(),
  known: ReadonlyMap<string, ServiceHealth> = new Map(),
): Map<string, ServiceHealth> {
  const checks = new Map(known);
  for (const service of changed) {
    const rules = services.get(service) ?? [];
    const port = rules.find(({ healthCheckNodePort }) => healthCheckNodePort !== undefined)?.healthCheckNodePort;
    checks.delete(service);
    if (port === undefined) continue;
    const ready = rules.flatMap(({ localEndpoints }) => localEndpoints.filter((endpoint) => endpoint.ready));
    checks.set(service, { service, port, localEndpoints: new Set(ready.map(({ ip }) => ip)).size });
  }
  return checks;
}
