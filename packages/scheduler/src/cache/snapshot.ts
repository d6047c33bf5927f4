import type { NodeInfo } from './node-info.ts';
import { PodIndex } from './pod-index.ts';

/** The cluster as one decision sees it. Brought up to date by the cache; stands still in between. */
export class Snapshot {
  /** Nodes that exist, in a stable order. */
  nodes: NodeInfo[] = [];
  /** Where the pods of these nodes are. */
  readonly index = new PodIndex();
  /** How many nodes have an image, by its name. */
  readonly images = new Map<string, number>();
  readonly #at = new Map<string, number>();

  node(name: string): NodeInfo | undefined {
    const at = this.#at.get(name);
    return at === undefined ? undefined : this.nodes[at];
  }

  /** Replaces or adds one node. */
  set(node: NodeInfo): void {
    const at = this.#at.get(node.name);
    this.#changed(at === undefined ? undefined : this.nodes[at], node);
    if (at === undefined) {
      this.#at.set(node.name, this.nodes.length);
      this.nodes.push(node);
    } else this.nodes[at] = node;
  }

  delete(name: string): void {
    const at = this.#at.get(name);
    if (at === undefined) return;
    this.#changed(this.nodes[at], undefined);
    this.nodes.splice(at, 1);
    this.#at.clear();
    for (const [index, node] of this.nodes.entries()) this.#at.set(node.name, index);
  }

  #changed(old: NodeInfo | undefined, next: NodeInfo | undefined): void {
    this.index.change(old, next);
    if (old?.images === next?.images) return;
    for (const name of old?.images.keys() ?? []) {
      const left = (this.images.get(name) ?? 0) - 1;
      if (left > 0) this.images.set(name, left);
      else this.images.delete(name);
    }
    for (const name of next?.images.keys() ?? []) this.images.set(name, (this.images.get(name) ?? 0) + 1);
  }
}
