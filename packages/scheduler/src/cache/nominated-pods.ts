import type { PodInfo } from './pod-info.ts';

const NONE: readonly PodInfo[] = [];

/** Waiting pods for which preemption makes room on a node (status.nominatedNodeName). Others leave that room to them. */
export class NominatedPods {
  readonly #nodes = new Map<string, PodInfo[]>();
  readonly #nodeOf = new Map<string, string>();

  get size(): number {
    return this.#nodeOf.size;
  }

  nodeOf(uid: string): string | undefined {
    return this.#nodeOf.get(uid);
  }

  on(nodeName: string): readonly PodInfo[] {
    return this.#nodes.get(nodeName) ?? NONE;
  }

  /** Replaces the pod's former nomination. */
  set(pod: PodInfo, nodeName: string): void {
    this.delete(pod.uid);
    if (nodeName === '') return;
    this.#nodeOf.set(pod.uid, nodeName);
    this.#nodes.set(nodeName, [...this.on(nodeName), pod]);
  }

  delete(uid: string): void {
    const nodeName = this.#nodeOf.get(uid);
    if (nodeName === undefined) return;
    this.#nodeOf.delete(uid);
    const left = this.on(nodeName).filter((pod) => pod.uid !== uid);
    if (left.length > 0) this.#nodes.set(nodeName, left);
    else this.#nodes.delete(nodeName);
  }
}
