import { type Logger, runCommand } from '@coxswain/foundation';
import { type Backend, emptyRuleSet, type RuleSet } from '../rule-set.ts';
import { ElementOwners } from './element-owners.ts';
import { renderAll, renderChanges } from './render-changes.ts';
import { type RenderedService, renderService } from './render-service.ts';
import { BASE_CHAINS, countRules, MAPS, renderTableBase, SETS, type TableOptions, tableOf } from './render-table.ts';

export interface NftablesOptions extends TableOptions {
  readonly log: Logger;
}

/**
 * Rules in the table `kube-proxy` of one family. A change costs one transaction of the size of the change. What the table
 * holds is not kept as text: it is rendered again from the rule set of before.
 */
export class NftablesBackend implements Backend {
  readonly name = 'nftables';
  readonly #options: NftablesOptions;
  /** What the table holds. */
  #applied: RuleSet = emptyRuleSet;
  #owners = new ElementOwners();

  constructor(options: NftablesOptions) {
    this.#options = options;
  }

  async probe(signal: AbortSignal): Promise<void> {
    await runCommand('nft', ['--check', '-f', '-'], { input: renderAll([], this.#options), signal });
  }

  async sync(ruleSet: RuleSet, changed: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<void> {
    if (changed === undefined) {
      this.#owners = new ElementOwners();
      await this.#apply(renderAll(this.#renderAll(ruleSet), this.#options), signal);
    } else {
      const changes = [...changed].map((key) => {
        const old = this.#owners.release(key, this.#render(this.#applied, key));
        return [old, this.#owners.claim(key, this.#render(ruleSet, key))] as const;
      });
      await this.#apply(renderChanges(changes, this.#options.family), signal);
    }
    this.#applied = ruleSet;
  }

  /** Counts the rules of the chains that no Service changes, and the maps' elements. */
  async intact(signal: AbortSignal): Promise<boolean> {
    const [family = '', table = ''] = tableOf(this.#options.family).split(' ');
    // One program each: nft finds only some of several in one transaction.
    const list = (what: string, name: string) =>
      runCommand('nft', ['list', what, family, table, name], { signal }).catch(() => '');
    const expected = countRules(renderTableBase(this.#options));
    for (const chain of BASE_CHAINS)
      if (countRules(await list('chain', chain)).get(chain) !== expected.get(chain)) return false;
    for (const name of [...MAPS, ...SETS]) {
      const text = await list(MAPS.includes(name as (typeof MAPS)[number]) ? 'map' : 'set', name);
      const listed = /elements = \{([^}]*)\}/.exec(text)?.[1];
      if ((listed === undefined ? 0 : listed.split(',').length) !== this.#owners.count(name)) return false;
    }
    return true;
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    const table = tableOf(this.#options.family);
    await this.#apply(`add table ${table}\ndelete table ${table}\n`, signal);
    this.#applied = emptyRuleSet;
    this.#owners = new ElementOwners();
  }

  *#renderAll(ruleSet: RuleSet): Generator<RenderedService> {
    for (const key of ruleSet.services.keys()) yield this.#owners.claim(key, this.#render(ruleSet, key));
  }

  #render(ruleSet: RuleSet, key: string): RenderedService {
    return renderService(ruleSet.services.get(key) ?? [], this.#options);
  }

  async #apply(script: string, signal: AbortSignal): Promise<void> {
    if (script === '') return;
    this.#options.log.trace({ script }, 'applying nftables transaction');
    await runCommand('nft', ['-f', '-'], { input: script, signal, timeoutMs: 120_000 });
  }
}
