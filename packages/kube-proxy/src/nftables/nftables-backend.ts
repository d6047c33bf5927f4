import { type Logger, runCommand } from '@coxswain/foundation';
import type { Backend, RuleSet, ServicePortRule } from '../rule-set.ts';
import { renderAll, renderChanges } from './render-changes.ts';
import { type RenderedService, renderService } from './render-service.ts';
import { TABLE, type TableOptions } from './render-table.ts';

export interface NftablesOptions extends TableOptions {
  readonly clusterCIDR: string | undefined;
  readonly log: Logger;
}

const NOTHING: RenderedService = { chains: new Map(), sets: new Map(), elements: new Map() };

/** Rules in the table `ip kube-proxy`. A change costs one transaction of the size of the change. */
export class NftablesBackend implements Backend {
  readonly name = 'nftables';
  readonly #options: NftablesOptions;
  /** What the table holds, by Service. */
  #applied = new Map<string, RenderedService>();

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
      return;
    }
    const next = new Map([...changed].map((key) => [key, this.#render(ruleSet.services.get(key) ?? [])]));
    await this.#apply(renderChanges([...next].map(([key, to]) => [this.#applied.get(key) ?? NOTHING, to])), signal);
    for (const [key, rendered] of next) {
      if (ruleSet.services.has(key)) this.#applied.set(key, rendered);
      else this.#applied.delete(key);
    }
  }

  async intact(signal: AbortSignal): Promise<boolean> {
    const [family = '', table = ''] = TABLE.split(' ');
    try {
      const text = await runCommand('nft', ['list', 'chain', family, table, 'nat-prerouting'], { signal });
      return text.includes('jump services');
    } catch {
      return false;
    }
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    await this.#apply(`add table ${TABLE}\ndelete table ${TABLE}\n`, signal);
    this.#applied.clear();
  }

  #render(rules: readonly ServicePortRule[]): RenderedService {
    return renderService(rules, { clusterCIDR: this.#options.clusterCIDR });
  }

  async #apply(script: string, signal: AbortSignal): Promise<void> {
    if (script === '') return;
    this.#options.log.trace({ script }, 'applying nftables transaction');
    await runCommand('nft', ['-f', '-'], { input: script, signal });
  }
}
