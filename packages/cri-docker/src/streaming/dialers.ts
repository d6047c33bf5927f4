import type { Duplex } from 'node:stream';
import { dialLoopback, NamespaceDialer } from './namespace-dialer.ts';

export interface DialTarget {
  /** The sandbox's id; its connector serves all clients. */
  readonly id: string;
  /** The process whose network it is; undefined for the node's own. */
  readonly pid: number | undefined;
}

/** Connections into sandboxes, one connector a sandbox in use. */
export class Dialers {
  readonly #dialers = new Map<string, NamespaceDialer>();

  async dial({ id, pid }: DialTarget, port: number): Promise<Duplex> {
    if (pid === undefined) return dialLoopback(port);
    for (const [key, old] of this.#dialers) if (old.ended) this.#dialers.delete(key);
    const key = `${id}/${pid}`;
    let dialer = this.#dialers.get(key);
    if (!dialer) {
      dialer = new NamespaceDialer(`/proc/${pid}/ns/net`);
      this.#dialers.set(key, dialer);
    }
    return dialer.dial(port);
  }

  close(): void {
    for (const dialer of this.#dialers.values()) dialer.close();
    this.#dialers.clear();
  }
}
