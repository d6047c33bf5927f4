import { type Logger, runCommand } from '@coxswain/foundation';
import type { Backend, RuleSet, ServicePortRule } from '../rule-set.ts';
import { renderAll, renderChanges } from './render-changes.ts';
import { type RenderedService, renderService } from './render-service.ts';
import { BASE_CHAINS, MAPS, type TableOptions, tableOf } from './render-table.ts';

export interface NftablesOptions extends TableOptions {
  readonly clusterCIDR: string | undefined;
  readonly log: Logger;
}

const NOTHING: RenderedService = { chains: new Map(), sets: new Map(), elements: new Map() };

/** Rules in the table `kube-proxy` of one family. A change costs one transaction of the size of the change. */
export class NftablesBackend implements Backend {
  readonly name = 'nftables';
  readonly #options: NftablesOptions;
  /** What the table holds, by Service. */
  #applied = new Map<string, RenderedService>();
  /** The chains that no Service changes, as nft listed them after they were made. */
  #chains: string | undefined;

  constructor(options: NftablesOptions) {
    this.#options = options;
  }

  async probe(signal: AbortSignal): Promise<void> {
    await runCommand('nft', ['--check', '-f', '-'], { input: renderAll([], this.#options), signal });
  }

  async sync(ruleSet: RuleSet, changed: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<void> {
    if (changed === undefined) {
      const all = new Map([...ruleSet.services].map(([key, rules]) => [key, this.#render(rules)]));
      await this.#apply(renderAll(all.values(), this.#options), signal);
      this.#applied = all;
      this.#chains = (await this.#list(signal)).chains;
      return;
    }
    const { family } = this.#options;
    const next = new Map([...changed].map((key) => [key, this.#render(ruleSet.services.get(key) ?? [])]));
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

  /** Compares the chains that no Service changes with how they were made, and counts the maps' elements. */
  async intact(signal: AbortSignal): Promise<boolean> {
    const { chains, elements } = await this.#list(signal).catch(() => ({ chains: undefined, elements: 0 }));
    let expected = 0;
    for (const rendered of this.#applied.values())
      for (const entries of rendered.elements.values()) expected += entries.size;
    return chains !== undefined && chains === this.#chains && elements === expected;
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    const table = tableOf(this.#options.family);
    await this.#apply(`add table ${table}\ndelete table ${table}\n`, signal);
    this.#applied.clear();
    this.#chains = undefined;
  }

  async #list(signal: AbortSignal): Promise<{ chains: string; elements: number }> {
    const table = tableOf(this.#options.family);
    // One program each: nft finds only some of several in one transaction.
    const list = async (what: string, names: readonly string[]) => {
      let text = '';
      for (const name of names) text += await runCommand('nft', ['list', what, ...table.split(' '), name], { signal });
      return text;
    };
    const chains = await list('chain', BASE_CHAINS);
    const maps = await list('map', MAPS);
    return { chains, elements: maps.match(/ : (goto|drop)/g)?.length ?? 0 };
  }

  #render(rules: readonly ServicePortRule[]): RenderedService {
    return renderService(rules, this.#options);
  }

  async #apply(script: string, signal: AbortSignal): Promise<void> {
    if (script === '') return;
    this.#options.log.trace({ script }, 'applying nftables transaction');
    await runCommand('nft', ['-f', '-'], { input: script, signal });
  }
}
