import type { NodeScrape, Sample } from './parse-resource-metrics.ts';

/** What is used now, as the API writes it: `12345678n` cores and `2048Ki`. */
export interface Usage {
  readonly cpu: string;
  readonly memory: string;
}

export interface Measured {
  /** End of the window, milliseconds since the epoch, and its length. */
  readonly at: number;
  readonly windowMs: number;
}

export interface NodeUsage extends Measured {
  readonly usage: Usage;
}

export interface PodUsage extends Measured {
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}

/** The last two scrapes of each node, and the rates between them. */
export class UsageStore {
  readonly #scrapes = new Map<string, { readonly last: NodeScrape; readonly before: NodeScrape | undefined }>();

  add(node: string, scrape: NodeScrape): void {
    this.#scrapes.set(node, { last: scrape, before: this.#scrapes.get(node)?.last });
  }

  /** Forgets nodes that are gone. */
  keep(nodes: ReadonlySet<string>): void {
    for (const name of this.#scrapes.keys()) if (!nodes.has(name)) this.#scrapes.delete(name);
  }

  /** Undefined until there are two scrapes. */
  node(name: string): NodeUsage | undefined {
    const { last, before } = this.#scrapes.get(name) ?? {};
    const usage = rate(before?.node, last?.node, windowOf(before, last));
    return usage && last && { usage, at: last.at, windowMs: windowOf(before, last) };
  }

  /** `key` is `namespace/name`; undefined until each container that runs was seen twice. */
  pod(node: string, key: string): PodUsage | undefined {
    const { last, before } = this.#scrapes.get(node) ?? {};
    const now = last?.pods.get(key);
    if (!last || !now || now.size === 0) return undefined;
    const windowMs = windowOf(before, last);
    const containers: { name: string; usage: Usage }[] = [];
    for (const [name, sample] of now) {
      const usage = rate(before?.pods.get(key)?.get(name), sample, windowMs);
      if (!usage) return undefined;
      containers.push({ name, usage });
    }
    return { containers, at: last.at, windowMs };
  }

  get nodes(): number {
    return this.#scrapes.size;
  }
}

function windowOf(before: NodeScrape | undefined, last: NodeScrape | undefined): number {
  return before && last ? last.at - before.at : 0;
}

/** A counter that went back belongs to another container: no rate. */
function rate(before: Sample | undefined, now: Sample | undefined, windowMs: number): Usage | undefined {
  if (!before || !now || windowMs <= 0 || now.cpuSeconds < before.cpuSeconds) return undefined;
  const nanoCores = Math.round(((now.cpuSeconds - before.cpuSeconds) * 1e12) / windowMs);
  return { cpu: nanoCores === 0 ? '0' : `${nanoCores}n`, memory: `${Math.round(now.memoryBytes / 1024)}Ki` };
}
