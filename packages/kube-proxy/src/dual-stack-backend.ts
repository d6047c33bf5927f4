import type { Backend, RuleSet } from './rule-set.ts';

/** One backend for each address family as one; each takes the rules of its own family only. */
export class DualStackBackend implements Backend {
  readonly name: string;
  readonly #families: readonly Backend[];

  constructor(name: string, families: readonly Backend[]) {
    this.name = name;
    this.#families = families;
  }

  async probe(signal: AbortSignal): Promise<void> {
    for (const backend of this.#families) await backend.probe(signal);
  }

  async sync(ruleSet: RuleSet, changed: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<void> {
    for (const backend of this.#families) await backend.sync(ruleSet, changed, signal);
  }

  async intact(signal: AbortSignal): Promise<boolean> {
    for (const backend of this.#families) if (!(await backend.intact(signal))) return false;
    return true;
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    for (const backend of this.#families) await backend.cleanup(signal);
  }
}
