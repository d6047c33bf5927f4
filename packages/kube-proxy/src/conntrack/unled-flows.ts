import type { RuleSet } from '../rule-set.ts';
import { inRanges } from '../tracker/valid-input.ts';
import { type Flow, familyName } from './flow.ts';

/** TCP entries of which nobody answered yet, as `conntrack` asks for them. */
export const UNANSWERED = ['tcp', '--state', 'SYN_SENT'] as const;

/**
 * The deletions (arguments of `conntrack`) of TCP connections to a Service that were begun while there were no rules. The
 * kernel remembers for two minutes that they were led nowhere: each attempt from the same port would go there again.
 */
export function unledFlows(
  flows: readonly Flow[],
  { ruleSet, serviceCIDRs }: { ruleSet: RuleSet; serviceCIDRs: readonly string[] },
): string[][] {
  const isClusterIP = inRanges(serviceCIDRs);
  const external = new Set<string>();
  for (const rules of ruleSet.services.values())
    for (const { externalIPs, loadBalancerIPs } of rules)
      for (const ip of [...externalIPs, ...loadBalancerIPs]) external.add(ip);
  const unled = new Map(
    flows
      .filter(({ dst, replySrc }) => dst === replySrc && (isClusterIP(dst) || external.has(dst)))
      .map(({ dst, family }) => [dst, family]),
  );
  return [...unled].map(([dst, family]) => [
    '-D',
    '-f',
    familyName(family),
    '-p',
    ...UNANSWERED,
    '--orig-dst',
    dst,
    '--reply-src',
    dst,
  ]);
}
