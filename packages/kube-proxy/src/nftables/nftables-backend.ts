import { type Logger, runCommand } from '@coxswain/foundation';
import type { Backend, RuleSet, ServicePortRule } from '../rule-set.ts';
import { ElementOwners } from './element-owners.ts';
import { renderAll, renderChanges } from './render-changes.ts';
import { type RenderedService, renderService } from './render-service.ts';
import { BASE_CHAINS, countRules, MAPS, renderTableBase, SETS, type TableOptions, tableOf } from './render-table.ts';

export interface NftablesOptions extends TableOptions {
  readonly log: Logger;
}

const NOTHING: RenderedService = { chains: new Map(), sets: new Map(), elements: new Map() };

/** Rules in the table `kube-proxy` of one family. A change costs one transaction of the size of the change. */
export class NftablesBackend implements Backend {
  readonly name = 'nftables';
  readonly #options: NftablesOptions;
  /** What the table holds, by Service. */
  #applied = new Map<string, RenderedService>();

  constructor(options: NftablesOptions) {
    this.#options = options;
  }

  #owners = new ElementOwners();

  async probe(signal: AbortSignal): Promise<void> {
    await runCommand('nft', ['--check', '-f', '-'], { input: renderAll([], this.#options), signal });
  }

  async sync(ruleSet: RuleSet, changed: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<void> {
    if (changed === undefined) {
      this.#owners = new ElementOwners();
      const all = new Map([...ruleSet.services].map(([key, rules]) => [key, this.#render(key, rules)]));
      await this.#apply(renderAll(all.values(), this.#options), signal);
      this.#applied = all;
      return;
    }
    const { family } = this.#options;
    const next = new Map([...changed].map((key) => [key, this.#render(key, ruleSet.services.get(key) ?? [])]));
    await this.#apply(
      renderChanges(
        [...next].map(([key, to]) => [this.#applied.get(key) ?? NOTHING, to]),
        family,
      ),
      signal,
    );
    for (const [key, rendered] of next) {
      if (ruleSet.services.has(key)) this.#applied.set(key, rendered);
      else this.#applied.delete(key);
    }
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
      let elements = 0;
      for (const rendered of this.#applied.values()) elements += rendered.elements.get(name)?.size ?? 0;
      const text = await list(MAPS.includes(name as (typeof MAPS)[number]) ? 'map' : 'set', name);
      const listed = /elements = \{([^}]*)\}/.exec(text)?.[1];
      if ((listed === undefined ? 0 : listed.split(',').length) !== elements) return false;
    }
    return true;
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    const table = tableOf(this.#options.family);
    await this.#apply(`add table ${table}\ndelete table ${table}\n`, signal);
    this.#applied.clear();
  }

  #render(key: string, rules: readonly ServicePortRule[]): RenderedService {
    return this.#owners.claim(key, renderService(rules, this.#options));
  }

  async #apply(script: string, signal: AbortSignal): Promise<void> {
    if (script === '') return;
    this.#options.log.trace({ script }, 'applying nftables transaction');
    await runCommand('nft', ['-f', '-'], { input: script, signal, timeoutMs: 120_000 });
  }
}
