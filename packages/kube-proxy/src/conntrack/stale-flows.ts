import { type RuleSet, reachableEndpoints, type ServicePortRule } from '../rule-set.ts';
import { inRanges } from '../tracker/valid-input.ts';
import { type Flow, familyName } from './flow.ts';

export interface StaleInput {
  /** The rules that were, whose Services may be gone. */
  readonly before: RuleSet;
  readonly ruleSet: RuleSet;
  /** The Services to look at; undefined for all. */
  readonly changed: ReadonlySet<string> | undefined;
  readonly flows: readonly Flow[];
  /** This node's own addresses, to which node ports belong. */
  readonly localAddresses: ReadonlySet<string>;
  /** Ranges of cluster IPs: what is led on from there belongs to a Service, or to one that went while nobody looked. */
  readonly serviceCIDRs: readonly string[];
}

/**
 * The deletions (arguments of `conntrack`) of UDP flows to a Service that go elsewhere than to one of its endpoints: a
 * flow keeps its entry, and so its old destination, as long as packets come. TCP ends by itself.
 */
export function staleFlows(input: StaleInput): string[][] {
  const { flows, localAddresses } = input;
  const { byAddress, byNodePort } = index(input);
  const orphaned = input.changed === undefined ? inRanges(input.serviceCIDRs) : () => false;
  const commands = new Map<string, string[]>();
  for (const { family, dst, dport, replySrc, replyPort } of flows) {
    const endpoints =
      byAddress.get(`${dst} ${dport}`) ??
      (localAddresses.has(dst) ? byNodePort.get(`${family} ${dport}`) : undefined) ??
      (dst !== replySrc && orphaned(dst) ? NONE : undefined);
    if (endpoints === undefined || endpoints.has(`${replySrc} ${replyPort}`)) continue;
    const args = ['-D', '-f', familyName(family), '-p', 'udp', '--orig-dst', dst];
    args.push('--orig-port-dst', String(dport), '--reply-src', replySrc);
    commands.set(args.join(' '), args);
  }
  return [...commands.values()];
}

const NONE: ReadonlySet<string> = new Set();

function index({ before, ruleSet, changed }: StaleInput) {
  const byAddress = new Map<string, ReadonlySet<string>>();
  const byNodePort = new Map<string, ReadonlySet<string>>();
  const put = (rule: ServicePortRule, endpoints: ReadonlySet<string>) => {
    for (const ip of [rule.clusterIP, ...rule.externalIPs, ...rule.loadBalancerIPs])
      byAddress.set(`${ip} ${rule.port}`, endpoints);
    if (rule.nodePort !== undefined) byNodePort.set(`${rule.family} ${rule.nodePort}`, endpoints);
  };
  // What is no more leads nowhere, unless another Service has it now.
  for (const key of changed ?? []) for (const rule of udp(before.services.get(key))) put(rule, NONE);
  for (const key of changed ?? ruleSet.services.keys())
    for (const rule of udp(ruleSet.services.get(key)))
      put(rule, new Set(reachableEndpoints(rule).map(({ ip, port }) => `${ip} ${port}`)));
  return { byAddress, byNodePort };
}

function udp(rules: readonly ServicePortRule[] = []): readonly ServicePortRule[] {
  return rules.filter(({ protocol }) => protocol === 'UDP');
}

/** Whether a change of these Services can leave stale flows behind. */
export function concernsUdp(ruleSets: readonly RuleSet[], changed: ReadonlySet<string>): boolean {
  return ruleSets.some(({ services }) => [...changed].some((key) => udp(services.get(key)).length > 0));
}
