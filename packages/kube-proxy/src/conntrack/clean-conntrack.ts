import { networkInterfaces } from 'node:os';
import { CommandError, type Logger, runCommand } from '@coxswain/foundation';
import type { Family, RuleSet } from '../rule-set.ts';
import { type Flow, familyName, parseFlows } from './flow.ts';
import { concernsUdp, staleFlows } from './stale-flows.ts';
import { UNANSWERED, unledFlows } from './unled-flows.ts';

export interface CleanInput {
  readonly before: RuleSet;
  readonly ruleSet: RuleSet;
  /** The Services that changed; undefined after a start, when all are looked at. */
  readonly changed: ReadonlySet<string> | undefined;
  readonly serviceCIDRs: readonly string[];
}

/**
 * Removes UDP flows that no longer lead to an endpoint of their Service and, after a start, connections that were begun
 * before there were rules. Failures are logged, since traffic heals by itself once a client pauses.
 */
export async function cleanConntrack(input: CleanInput, log: Logger, signal: AbortSignal): Promise<void> {
  const { before, ruleSet, changed, serviceCIDRs } = input;
  if (changed !== undefined && !concernsUdp([before, ruleSet], changed)) return;
  try {
    const rules = [before, ruleSet].flatMap(({ services }) => [...services.values()].flat());
    const ranges = serviceCIDRs.map((range): Family => (range.includes(':') ? 'IPv6' : 'IPv4'));
    const families = new Set([...rules.map(({ family }) => family), ...(changed === undefined ? ranges : [])]);
    const flows: Flow[] = [];
    for (const family of families) flows.push(...(await listFlows(family, ['udp'], signal)));
    const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
    for (const args of staleFlows({
      before,
      ruleSet,
      changed,
      flows,
      localAddresses: new Set(addresses),
      serviceCIDRs,
    }))
      await conntrack(args, signal);
    if (changed !== undefined) return;
    const begun: Flow[] = [];
    for (const family of families) begun.push(...(await listFlows(family, UNANSWERED, signal)));
    for (const args of unledFlows(begun, { ruleSet, serviceCIDRs })) await conntrack(args, signal);
  } catch (err) {
    if (!signal.aborted) log.warn({ err }, 'stale conntrack entries were not removed');
  }
}

async function listFlows(family: Family, protocol: readonly string[], signal: AbortSignal): Promise<Flow[]> {
  return parseFlows(await conntrack(['-L', '-f', familyName(family), '-p', ...protocol], signal), family);
}

async function conntrack(args: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    return await runCommand('conntrack', args, { signal, timeoutMs: 10_000 });
  } catch (err) {
    if (err instanceof CommandError && err.message.includes('0 flow entries')) return '';
    throw err;
  }
}
