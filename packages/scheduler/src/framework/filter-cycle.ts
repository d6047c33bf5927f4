import type { NodeInfo } from '../cache/node-info.ts';
import type { NominatedPods } from '../cache/nominated-pods.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { CycleState } from './cycle-state.ts';
import type { NodeRejection } from './diagnosis.ts';
import type { Plugin } from './plugin.ts';
import { isRejection } from './status.ts';

/** The Filter plugins that have something to say about one pod, and the nominated pods that come before it. */
export class FilterCycle {
  readonly #pod: PodInfo;
  readonly #filters: readonly Plugin[];
  readonly #nominated: NominatedPods;

  constructor(pod: PodInfo, filters: readonly Plugin[], nominated: NominatedPods) {
    this.#pod = pod;
    this.#filters = filters;
    this.#nominated = nominated;
  }

  /**
   * Why the pod can't run there, or undefined. Where pods of its or a higher priority are nominated, the node must do both
   * with them (they take room) and without them (they may never come, so nothing may depend on them).
   */
  reject(state: CycleState, node: NodeInfo): NodeRejection | undefined {
    const first = this.#nominated.size === 0 ? undefined : this.#nominatedTo(node);
    if (first && first.length > 0) {
      const crowded = node.clone();
      const imagined = state.clone();
      for (const other of first) this.addPod(imagined, other, crowded);
      const rejection = this.#run(imagined, crowded);
      if (rejection) return rejection;
    }
    return this.#run(state, node);
  }

  /** Imagines a pod on the node; both the state and the node are changed. */
  addPod(state: CycleState, other: PodInfo, node: NodeInfo): void {
    node.addPod(other);
    for (const plugin of this.#filters) plugin.addPod?.(state, this.#pod, other, node);
  }

  removePod(state: CycleState, other: PodInfo, node: NodeInfo): void {
    if (!node.removePod(other.uid)) return;
    for (const plugin of this.#filters) plugin.removePod?.(state, this.#pod, other, node);
  }

  #nominatedTo({ name }: NodeInfo): PodInfo[] {
    const { uid, priority } = this.#pod;
    return this.#nominated.on(name).filter((other) => other.uid !== uid && other.priority >= priority);
  }

  #run(state: CycleState, node: NodeInfo): NodeRejection | undefined {
    for (const plugin of this.#filters) {
      const status = plugin.filter?.(state, this.#pod, node);
      if (status === undefined || status.code === 'Success') continue;
      if (isRejection(status)) return { nodeName: node.name, plugin: plugin.name, status };
      if (status.code === 'Error') throw status.error;
      throw new Error(`plugin ${plugin.name} answered ${status.code} to Filter`);
    }
    return undefined;
  }
}
