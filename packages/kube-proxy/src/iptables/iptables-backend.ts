import { type Logger, runCommand } from '@coxswain/foundation';
import type { Backend, RuleSet } from '../rule-set.ts';
import type { RenderOptions } from '../service-plan.ts';
import { type RenderedService, renderService } from './render-service.ts';
import {
  BASE_CHAINS,
  countRules,
  IPVS_CHAINS,
  isServiceChain,
  JUMPS,
  type Jump,
  renderRestore,
  type TableOptions,
} from './render-tables.ts';

export interface IptablesOptions extends RenderOptions, TableOptions {
  readonly log: Logger;
}

/** Seconds to wait for another program that holds the tables. */
const WAIT = ['-w', '5'];

/**
 * Upstream's chains in the tables nat and filter of one family. A change writes the chains of the Services concerned and
 * the chains that all share.
 */
export class IptablesBackend implements Backend {
  readonly name = 'iptables';
  readonly #options: IptablesOptions;
  readonly #program: string;
  #applied = new Map<string, RenderedService>();

  constructor(options: IptablesOptions) {
    this.#options = options;
    this.#program = options.family === 'IPv4' ? 'iptables' : 'ip6tables';
  }

  async probe(signal: AbortSignal): Promise<void> {
    for (const table of ['nat', 'filter', 'mangle']) await this.#run([...WAIT, '-t', table, '-S', 'OUTPUT'], signal);
    await runCommand(`${this.#program}-restore`, ['--version'], { signal });
  }

  async sync(ruleSet: RuleSet, changed: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<void> {
    const next = changed === undefined ? new Map<string, RenderedService>() : new Map(this.#applied);
    const chains = new Map<string, readonly string[]>();
    const stale = new Set(changed === undefined ? await this.#serviceChains(signal) : []);
    for (const key of changed ?? ruleSet.services.keys()) {
      const rendered = renderService(ruleSet.services.get(key) ?? [], this.#options);
      for (const name of next.get(key)?.chains.keys() ?? []) stale.add(name);
      for (const [name, rules] of rendered.chains) chains.set(name, rules);
      if (ruleSet.services.has(key)) next.set(key, rendered);
      else next.delete(key);
    }
    for (const name of chains.keys()) stale.delete(name);
    const input = renderRestore({ ...this.#options, services: next.values(), chains, stale });
    await this.#restore(input, signal);
    if (changed === undefined) for (const jump of JUMPS) await this.#ensure(jump, signal);
    this.#applied = next;
  }

  /** Counts the rules of ours: what someone flushed or deleted is missed. */
  async intact(signal: AbortSignal): Promise<boolean> {
    const lines = `${await this.#save('nat', signal)}\n${await this.#save('filter', signal)}`.split('\n');
    const ours = lines.filter((line) => line.startsWith('-A KUBE-')).length;
    const jumps = lines.filter((line) => /^-A (?!KUBE-).* -j KUBE-/.test(line)).length;
    return ours === countRules(this.#applied.values(), this.#options) && jumps >= JUMPS.length;
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    for (const jump of JUMPS) while (await this.#has(jump, signal)) await this.#run(jumpArgs('-D', jump), signal);
    for (const table of ['mangle', 'filter', 'nat'] as const) {
      const present = new Set(chainsOf(await this.#save(table, signal)));
      const ours = [...present].filter(
        (name) => [...BASE_CHAINS[table], ...IPVS_CHAINS].includes(name) || isServiceChain(name),
      );
      if (ours.length === 0) continue;
      const lines = [`*${table}`, ...ours.map((name) => `:${name} - [0:0]`), ...ours.map((name) => `-X ${name}`)];
      await this.#restore(`${lines.join('\n')}\nCOMMIT\n`, signal);
    }
    this.#applied.clear();
  }

  async #serviceChains(signal: AbortSignal): Promise<string[]> {
    return chainsOf(await this.#save('nat', signal)).filter(isServiceChain);
  }

  async #ensure(jump: Jump, signal: AbortSignal): Promise<void> {
    if (!(await this.#has(jump, signal))) await this.#run(jumpArgs('-I', jump), signal);
  }

  #has(jump: Jump, signal: AbortSignal): Promise<boolean> {
    return this.#run(jumpArgs('-C', jump), signal).then(
      () => true,
      () => false,
    );
  }

  #run(args: readonly string[], signal: AbortSignal): Promise<string> {
    return runCommand(this.#program, args, { signal });
  }

  #save(table: string, signal: AbortSignal): Promise<string> {
    return runCommand(`${this.#program}-save`, ['-t', table], { signal });
  }

  async #restore(input: string, signal: AbortSignal): Promise<void> {
    this.#options.log.trace({ input }, 'restoring iptables rules');
    await runCommand(`${this.#program}-restore`, [...WAIT, '--noflush', '--counters'], {
      input,
      signal,
      timeoutMs: 120_000,
    });
  }
}

function jumpArgs(verb: '-C' | '-I' | '-D', { table, from, rule }: Jump): string[] {
  return [...WAIT, '-t', table, verb, from, ...rule];
}

function chainsOf(saved: string): string[] {
  return [...saved.matchAll(/^:(\S+) /gm)].map(([, name = '']) => name);
}
