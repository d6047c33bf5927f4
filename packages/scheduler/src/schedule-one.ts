import type { NodeInfo } from './cache/node-info.ts';
import type { PodInfo } from './cache/pod-info.ts';
import type { SchedulerCache } from './cache/scheduler-cache.ts';
import { Snapshot } from './cache/snapshot.ts';
import { feasibleNodesToFind } from './feasible-nodes.ts';
import { CycleState } from './framework/cycle-state.ts';
import { type Diagnosis, fitMessage, type NodeRejection, rejectingPlugins } from './framework/diagnosis.ts';
import type { Framework, PreFilterOutcome } from './framework/framework.ts';
import type { Plugin } from './framework/plugin.ts';
import { isRejection, type Status, unresolvable } from './framework/status.ts';

/** A decision: where the pod goes, or why it goes nowhere. */
export type Decision =
  | {
      readonly kind: 'placed';
      readonly nodeName: string;
      readonly state: CycleState;
      /** What Permit says: success, or how long to wait. */
      readonly permit: Status;
      readonly evaluatedNodes: number;
      readonly feasibleNodes: number;
    }
  | { readonly kind: 'unschedulable'; readonly message: string; readonly rejectedBy: ReadonlySet<string> }
  | { readonly kind: 'error'; readonly error: Error };

export interface SchedulerCoreOptions {
  readonly framework: Framework;
  readonly cache: SchedulerCache;
  readonly random?: (() => number) | undefined;
  /** 1…100; 0 adapts to the size of the cluster. */
  readonly percentageOfNodesToScore?: number | undefined;
}

const NO_NODES = 'no nodes available to schedule pods';

/**
 * Decides on one pod at a time: PreFilter → Filter → (PostFilter) → PreScore → Score → assume → Reserve → Permit, over
 * the snapshot, without interruption. A pod that is placed counts against its node from then on.
 */
export class SchedulerCore {
  readonly #framework: Framework;
  readonly #cache: SchedulerCache;
  readonly #random: () => number;
  readonly #percentage: number;
  readonly #snapshot = new Snapshot();
  /** Where the search for nodes goes on, so that all nodes get their turn in a big cluster. */
  #nextNode = 0;

  constructor({ framework, cache, random = Math.random, percentageOfNodesToScore = 0 }: SchedulerCoreOptions) {
    this.#framework = framework;
    this.#cache = cache;
    this.#random = random;
    this.#percentage = percentageOfNodesToScore;
  }

  scheduleOne(pod: PodInfo): Decision {
    try {
      this.#cache.updateSnapshot(this.#snapshot);
      if (this.#snapshot.nodes.length === 0) return { kind: 'unschedulable', message: NO_NODES, rejectedBy: new Set() };
      return this.#decide(pod, new CycleState());
    } catch (error) {
      return { kind: 'error', error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  #decide(pod: PodInfo, state: CycleState): Decision {
    const allNodes = this.#snapshot.nodes.length;
    const before = this.#framework.preFilter(state, pod, this.#snapshot);
    if (before.code === 'Error') return { kind: 'error', error: before.error };
    if (before.code === 'Rejected') {
      const { plugin, status } = before;
      const preFilterMessage = status.reasons.join(', ');
      return this.#reject(pod, state, { allNodes, nodes: [], others: { plugin, status }, preFilterMessage });
    }
    const { feasible, rejections } = this.#findFeasible(pod, state, before);
    if (feasible.length === 0)
      return this.#reject(pod, state, { allNodes, nodes: rejections, others: leftOut(before) });
    const node = feasible.length === 1 ? (feasible[0] as NodeInfo) : this.#best(pod, state, feasible);
    return this.#claim(pod, state, node.name, feasible.length, feasible.length + rejections.length);
  }

  #findFeasible(pod: PodInfo, state: CycleState, before: PreFilterOutcome & { code: 'Success' }) {
    const all = this.#snapshot.nodes;
    const { subset, filters } = before;
    const nodes = subset ? all.filter(({ name }) => subset.nodeNames.has(name)) : all;
    const wanted = feasibleNodesToFind(nodes.length, this.#percentage);
    const feasible: NodeInfo[] = [];
    const rejections: NodeRejection[] = [];
    const start = nodes.length === 0 ? 0 : this.#nextNode % nodes.length;
    for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
      const node = nodes[(start + i) % nodes.length] as NodeInfo;
      const rejection = runFilters(filters, state, pod, node);
      if (rejection) rejections.push(rejection);
      else feasible.push(node);
    }
    if (nodes.length > 0) this.#nextNode = (start + feasible.length + rejections.length) % nodes.length;
    return { feasible, rejections };
  }

  /** The highest score; among equals any, each as likely. */
  #best(pod: PodInfo, state: CycleState, nodes: readonly NodeInfo[]): NodeInfo {
    const scores = this.#framework.score(state, pod, nodes, this.#snapshot);
    let best = 0;
    let equals = 1;
    for (let i = 1; i < nodes.length; i++) {
      const score = scores[i] as number;
      if (score > (scores[best] as number)) {
        best = i;
        equals = 1;
      } else if (score === scores[best] && this.#random() < 1 / ++equals) best = i;
    }
    return nodes[best] as NodeInfo;
  }

  #claim(pod: PodInfo, state: CycleState, nodeName: string, feasibleNodes: number, evaluatedNodes: number): Decision {
    this.#cache.assume(pod, nodeName);
    const undo = () => {
      this.#framework.unreserve(state, pod, nodeName);
      this.#cache.forget(pod);
    };
    const reserved = this.#framework.reserve(state, pod, nodeName);
    if (reserved.code !== 'Success') {
      undo();
      return refused('', reserved);
    }
    const { plugin, status: permit } = this.#framework.permit(state, pod, nodeName);
    if (permit.code !== 'Success' && permit.code !== 'Wait') {
      undo();
      return refused(plugin, permit);
    }
    return { kind: 'placed', nodeName, state, permit, feasibleNodes, evaluatedNodes };
  }

  #reject(pod: PodInfo, state: CycleState, diagnosis: Diagnosis): Decision {
    const postFilterMessage = this.#framework.postFilter(state, pod, diagnosis);
    const message = fitMessage({ ...diagnosis, postFilterMessage });
    return { kind: 'unschedulable', message, rejectedBy: rejectingPlugins(diagnosis) };
  }
}

function runFilters(
  filters: readonly Plugin[],
  state: CycleState,
  pod: PodInfo,
  node: NodeInfo,
): NodeRejection | undefined {
  for (const plugin of filters) {
    const status = plugin.filter?.(state, pod, node);
    if (status === undefined || status.code === 'Success') continue;
    if (isRejection(status)) return { nodeName: node.name, plugin: plugin.name, status };
    throw status.code === 'Error' ? status.error : new Error(`plugin ${plugin.name} answered ${status.code} to Filter`);
  }
  return undefined;
}

/** The reason of the nodes that PreFilter left out. */
function leftOut({ subset }: PreFilterOutcome & { code: 'Success' }): Diagnosis['others'] {
  const [plugin] = subset?.plugins ?? [];
  if (!subset || plugin === undefined) return undefined;
  return { plugin, status: unresolvable(`node(s) didn't satisfy plugin(s) [${subset.plugins.join(' ')}]`) };
}

function refused(plugin: string, status: Status): Decision {
  if (isRejection(status))
    return { kind: 'unschedulable', message: status.reasons.join(', '), rejectedBy: new Set(plugin ? [plugin] : []) };
  return {
    kind: 'error',
    error: status.code === 'Error' ? status.error : new Error(`unexpected status ${status.code}`),
  };
}
