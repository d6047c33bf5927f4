import type { Node, Pod } from '@coxswain/api';
import { NodeInfo } from './node-info.ts';
import { type PodInfo, podInfoOf } from './pod-info.ts';
import type { Snapshot } from './snapshot.ts';

interface PodState {
  readonly info: PodInfo;
  readonly nodeName: string;
  /** Decided by us, not yet seen as bound. */
  readonly assumed: boolean;
}

/**
 * Nodes and the pods that count against them: those the API says are assigned, and those that a decision has assumed but
 * whose binding isn't known to be done. Right after any restart, since assigned pods come from the informer.
 */
export class SchedulerCache {
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #pods = new Map<string, PodState>();
  /** Names of nodes that changed since the last `updateSnapshot`. */
  readonly #changed = new Set<string>();

  get size(): { nodes: number; pods: number; assumedPods: number } {
    let assumedPods = 0;
    for (const { assumed } of this.#pods.values()) if (assumed) assumedPods++;
    return { nodes: this.#nodes.size, pods: this.#pods.size, assumedPods };
  }

  setNode(node: Node): void {
    const { name } = node.metadata;
    this.#nodeInfo(name).setNode(node);
    this.#changed.add(name);
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    info.setNode(undefined);
    if (info.pods.length === 0) this.#nodes.delete(name);
    this.#changed.add(name);
  }

  /** Adds or updates a pod that the API says is assigned; confirms it if it was assumed. */
  setPod(pod: Pod): void {
    const nodeName = pod.spec.nodeName ?? '';
    const info = podInfoOf(pod);
    this.#drop(info.uid);
    this.#place({ info, nodeName, assumed: false });
  }

  removePod(pod: Pod): boolean {
    return this.#drop(podInfoOf(pod).uid);
  }

  /** Counts a pod against a node before it is bound. */
  assume(info: PodInfo, nodeName: string): void {
    if (this.#pods.has(info.uid)) throw new Error(`pod ${info.key} is in the cache already`);
    this.#place({ info, nodeName, assumed: true });
  }

  /** Takes back an assumption; one that has been confirmed meanwhile stays. */
  forget(info: PodInfo): void {
    if (this.#pods.get(info.uid)?.assumed) this.#drop(info.uid);
  }

  isAssumed(uid: string): boolean {
    return this.#pods.get(uid)?.assumed ?? false;
  }

  /** Brings a snapshot, always the same, up to date; costs as much as has changed. */
  updateSnapshot(snapshot: Snapshot): void {
    for (const name of this.#changed) {
      const info = this.#nodes.get(name);
      if (info?.node) snapshot.set(info.clone());
      else snapshot.delete(name);
    }
    this.#changed.clear();
  }

  #place(state: PodState): void {
    this.#pods.set(state.info.uid, state);
    this.#nodeInfo(state.nodeName).addPod(state.info);
    this.#changed.add(state.nodeName);
  }

  #drop(uid: string): boolean {
    const state = this.#pods.get(uid);
    if (!state) return false;
    this.#pods.delete(uid);
    const node = this.#nodes.get(state.nodeName);
    node?.removePod(uid);
    if (node && !node.node && node.pods.length === 0) this.#nodes.delete(node.name);
    this.#changed.add(state.nodeName);
    return true;
  }

  #nodeInfo(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (!info) {
      info = new NodeInfo(name);
      this.#nodes.set(name, info);
    }
    return info;
  }
}
