import { type Pod, podKind } from '@coxswain/api';
import { IndexedStore, type Informer, type ResourceHandler } from '@coxswain/client';
import { aborted } from '@coxswain/foundation';

/** One informer's pods, handed on by the node they are bound to: one watch instead of one a node. */
export class PodsByNode {
  readonly #all: Informer<Pod>;
  readonly #nodes = new Map<string, NodePods>();

  /** `all` sees every pod that is bound; whoever made it runs it. */
  constructor(all: Informer<Pod>) {
    this.#all = all;
    all.addHandler({
      added: (pod, initial) => this.#of(pod)?.added(pod, initial),
      updated: (pod, old) => this.#of(pod)?.updated(pod, old),
      deleted: (pod) => this.#of(pod)?.deleted(pod),
    });
  }

  /** The pods of one node, as an informer of its own would show them. */
  for(nodeName: string): Informer<Pod> {
    let pods = this.#nodes.get(nodeName);
    if (!pods) {
      pods = new NodePods(this.#all);
      this.#nodes.set(nodeName, pods);
      for (const pod of this.#all.lister.list()) if (pod.spec.nodeName === nodeName) pods.added(pod, true);
    }
    return pods;
  }

  #of(pod: Pod): NodePods | undefined {
    return this.#nodes.get(pod.spec.nodeName ?? '');
  }
}

class NodePods implements Informer<Pod> {
  readonly kind = podKind;
  readonly lister = new IndexedStore<Pod>();
  readonly #all: Informer<Pod>;
  readonly #handlers = new Set<ResourceHandler<Pod>>();

  constructor(all: Informer<Pod>) {
    this.#all = all;
  }

  get synced(): boolean {
    return this.#all.synced;
  }

  added(pod: Pod, initial: boolean): void {
    this.lister.set(pod);
    for (const handler of this.#handlers) handler.added?.(pod, initial);
  }

  updated(pod: Pod, old: Pod): void {
    this.lister.set(pod);
    for (const handler of this.#handlers) handler.updated?.(pod, old);
  }

  deleted(pod: Pod): void {
    this.lister.delete(`${pod.metadata.namespace}/${pod.metadata.name}`);
    for (const handler of this.#handlers) handler.deleted?.(pod);
  }

  addHandler(handler: ResourceHandler<Pod>): () => void {
    this.#handlers.add(handler);
    for (const pod of this.lister.list()) handler.added?.(pod, true);
    return () => this.#handlers.delete(handler);
  }

  addIndex(name: string, index: (pod: Pod) => readonly string[]): void {
    this.lister.addIndex(name, index);
  }

  waitForSync(signal: AbortSignal): Promise<void> {
    return this.#all.waitForSync(signal);
  }

  /** Fed by the informer of all pods. */
  run(signal: AbortSignal): Promise<void> {
    return aborted(signal);
  }
}
