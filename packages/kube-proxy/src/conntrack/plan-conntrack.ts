import type { EndpointRule, RuleSet, ServicePortRule } from '../rule-set.ts';

/**
 * The conntrack deletions (arguments of `conntrack`) after a change, for UDP only: a flow keeps its entry, and so its
 * old destination, as long as packets come. Entries go of endpoints that went, and of services that had none before.
 */
export function planConntrack(before: RuleSet, after: RuleSet, changed: ReadonlySet<string>): string[][] {
  const commands: string[][] = [];
  for (const key of changed) {
    const old = udp(before.services.get(key));
    const next = udp(after.services.get(key));
    for (const rule of old) {
      const now = next.find((other) => other.portName === rule.portName);
      const kept = new Set((now === undefined ? [] : endpointsOf(now)).map(text));
      for (const endpoint of endpointsOf(rule))
        if (!kept.has(text(endpoint))) commands.push(...deletions(rule, ['--dst-nat', endpoint.ip]));
    }
    for (const rule of next) {
      const then = old.find((other) => other.portName === rule.portName);
      if (endpointsOf(rule).length > 0 && (then === undefined || endpointsOf(then).length === 0))
        commands.push(...deletions(rule, []));
    }
  }
  return commands;
}

function deletions(rule: ServicePortRule, extra: readonly string[]): string[][] {
  const commands = [...rule.clusterIPs, ...rule.externalIPs].map((ip) => [
    '-D',
    '-p',
    'udp',
    '--orig-dst',
    ip,
    ...extra,
  ]);
  if (rule.nodePort !== undefined)
    commands.push(['-D', '-p', 'udp', '--orig-port-dst', String(rule.nodePort), ...extra]);
  return commands;
}

function udp(rules: readonly ServicePortRule[] = []): ServicePortRule[] {
  return rules.filter(({ protocol }) => protocol === 'UDP');
}

function endpointsOf(rule: ServicePortRule): EndpointRule[] {
  return [...rule.internalEndpoints, ...rule.externalEndpoints];
}

function text({ ip, port }: EndpointRule): string {
  return `${ip}:${port}`;
}
