import type { Logger } from '@coxswain/foundation';
import type { NetworkHost } from '../network-host.ts';
import type { PolicyPlan } from './plan-policies.ts';
import { NO_POLICIES, POLICY_TABLE, renderPolicyBase, renderPolicyChanges } from './render-policies.ts';

/** Makes the packet filter follow plans; there is a table only while there are policies. */
export class PolicyEnforcer {
  readonly #host: NetworkHost;
  readonly #log: Logger;
  /** What the table holds, and how nft listed it last; undefined: not known. */
  #applied: { readonly plan: PolicyPlan; readonly listed: string } | undefined;

  constructor({ host, log }: { host: NetworkHost; log: Logger }) {
    this.#host = host;
    this.#log = log;
  }

  /** @throws CommandError; the next call starts from nothing then */
  async apply(plan: PolicyPlan, signal: AbortSignal): Promise<void> {
    const applied = this.#applied;
    this.#applied = undefined;
    if (plan.ingress.size + plan.egress.size === 0 && plan.known === undefined) {
      if ((await this.#list(signal)) !== '') await this.#host.changeTable(`delete table ${POLICY_TABLE}\n`, signal);
      return;
    }
    const known = applied !== undefined && (await this.#list(signal)) === applied.listed;
    if (applied && !known) this.#log.warn('the rules of policies were changed by someone else, making them again');
    const changes = renderPolicyChanges(known ? applied.plan : NO_POLICIES, plan);
    const script = known ? changes : renderPolicyBase() + changes;
    if (script !== '') await this.#host.changeTable(script, signal);
    const listed = script === '' && applied ? applied.listed : await this.#list(signal);
    this.#applied = { plan, listed };
  }

  #list(signal: AbortSignal): Promise<string> {
    return this.#host.table(signal, POLICY_TABLE);
  }
}
