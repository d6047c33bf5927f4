import type { NodeInfo } from './cache/node-info.ts';
import { NominatedPods } from './cache/nominated-pods.ts';
import type { PodInfo } from './cache/pod-info.ts';
import type { SchedulerCache } from './cache/scheduler-cache.ts';
import { Snapshot } from './cache/snapshot.ts';
import { type Extender, filterByExtenders, scoreByExtenders } from './extender/extender.ts';
import { feasibleNodesToFind } from './feasible-nodes.ts';
import { CycleState } from './framework/cycle-state.ts';
import { type Diagnosis, fitMessage, type NodeRejection, rejectingPlugins } from './framework/diagnosis.ts';
import { FilterCycle } from './framework/filter-cycle.ts';
import type { Framework } from './framework/framework.ts';
import { isRejection, type Status, unresolvable } from './framework/status.ts';

export interface Preemption {
  readonly nodeName: string;
  readonly victims: readonly PodInfo[];
}

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
  | {
      readonly kind: 'unschedulable';
      readonly message: string;
      readonly rejectedBy: ReadonlySet<string>;
      /** Where the pod will fit once the victims are gone. */
      readonly preemption?: Preemption | undefined;
      /** status.nominatedNodeName from now on; as it was when absent. */
      readonly nominatedNodeName?: string | undefined;
    }
  | { readonly kind: 'error'; readonly error: Error };

export interface SchedulerCoreOptions {
  /** The profile of a pod. */
  readonly frameworkOf: (pod: PodInfo) => Framework;
  readonly cache: SchedulerCache;
  readonly nominated?: NominatedPods | undefined;
  readonly random?: (() => number) | undefined;
  /** 1…100; 0 adapts to the size of the cluster. */
  readonly percentageOfNodesToScore?: ((pod: PodInfo) => number) | undefined;
}

/** One pod's way through Filter. */
interface Search {
  readonly pod: PodInfo;
  readonly framework: Framework;
  readonly state: CycleState;
  readonly filters: FilterCycle;
  readonly feasible: readonly NodeInfo[];
  readonly rejections: readonly NodeRejection[];
  /** Why nodes that weren't looked at won't do. */
  readonly others: Diagnosis['others'];
}

const NO_NODES = 'no nodes available to schedule pods';

/**
 * Decides on one pod at a time: PreFilter → Filter → (PostFilter) → PreScore → Score → assume → Reserve → Permit, over
 * the snapshot, without interruption. A pod that is placed counts against its node from then on.
 */
export class SchedulerCore {
  readonly #frameworkOf: (pod: PodInfo) => Framework;
  readonly #nominated: NominatedPods;
  readonly #cache: SchedulerCache;
  readonly #random: () => number;
  readonly #percentage: (pod: PodInfo) => number;
  readonly #snapshot = new Snapshot();
  /** Where the search for nodes goes on, so that all nodes get their turn in a big cluster. */
  #nextNode = 0;

  constructor(options: SchedulerCoreOptions) {
    this.#frameworkOf = options.frameworkOf;
    this.#cache = options.cache;
    this.#nominated = options.nominated ?? new NominatedPods();
    this.#random = options.random ?? Math.random;
    this.#percentage = options.percentageOfNodesToScore ?? (() => 0);
  }

  /** Decides at once. */
  scheduleOne(pod: PodInfo): Decision {
    try {
      const search = this.#search(pod);
      return 'kind' in search ? search : this.#choose(search);
    } catch (error) {
      return broken(error);
    }
  }

  /** Decides with the help of extenders, over the network; one decision at a time. */
  async scheduleOneExtended(pod: PodInfo, extenders: readonly Extender[], signal: AbortSignal): Promise<Decision> {
    try {
      const search = this.#search(pod);
      if ('kind' in search) return search;
      const left = await filterByExtenders(extenders, pod, search, signal);
      const extended = { ...search, ...left };
      if (left.feasible.length < 2) return this.#choose(extended);
      return this.#choose(extended, await scoreByExtenders(extenders, pod, left.feasible, signal));
    } catch (error) {
      return broken(error);
    }
  }

  /** PreFilter and Filter. */
  #search(pod: PodInfo): Search | Decision {
    this.#cache.updateSnapshot(this.#snapshot);
    const allNodes = this.#snapshot.nodes.length;
    if (allNodes === 0) return { kind: 'unschedulable', message: NO_NODES, rejectedBy: new Set() };
    const framework = this.#frameworkOf(pod);
    const state = new CycleState();
    const before = framework.preFilter(state, pod, this.#snapshot);
    if (before.code === 'Error') return { kind: 'error', error: before.error };
    if (before.code === 'Rejected') {
      const { plugin, status } = before;
      const diagnosis = { allNodes, nodes: [], others: { plugin, status } };
      const filters = new FilterCycle(pod, [], this.#nominated);
      const search = { pod, framework, state, filters, others: undefined, feasible: [], rejections: [] };
      return this.#reject(search, { ...diagnosis, preFilterMessage: status.reasons.join(', ') });
    }
    const filters = new FilterCycle(pod, before.filters, this.#nominated);
    const { subset } = before;
    const found = this.#findFeasible(pod, state, filters, subset?.nodeNames);
    return { pod, framework, state, filters, others: subset && leftOut(subset.plugins), ...found };
  }

  #findFeasible(pod: PodInfo, state: CycleState, filters: FilterCycle, subset: ReadonlySet<string> | undefined) {
    const nominated = this.#snapshot.node(this.#nominatedNode(pod) ?? '');
    if (nominated && (!subset || subset.has(nominated.name)) && !filters.reject(state, nominated))
      return { feasible: [nominated], rejections: [] };
    const nodes = subset ? this.#pick(subset) : this.#snapshot.nodes;
    const wanted = feasibleNodesToFind(nodes.length, this.#percentage(pod));
    const feasible: NodeInfo[] = [];
    const rejections: NodeRejection[] = [];
    const start = nodes.length === 0 ? 0 : this.#nextNode % nodes.length;
    for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
      const node = nodes[(start + i) % nodes.length] as NodeInfo;
      const rejection = filters.reject(state, node);
      if (rejection) rejections.push(rejection);
      else feasible.push(node);
    }
    if (nodes.length > 0) this.#nextNode = (start + feasible.length + rejections.length) % nodes.length;
    return { feasible, rejections };
  }

  #pick(names: ReadonlySet<string>): NodeInfo[] {
    return [...names].flatMap((name) => this.#snapshot.node(name) ?? []);
  }

  #nominatedNode({ uid, pod }: PodInfo): string | undefined {
    return this.#nominated.nodeOf(uid) ?? pod.status?.nominatedNodeName;
  }

  #choose(search: Search, extra?: ReadonlyMap<string, number>): Decision {
    const { pod, state, feasible, rejections, others } = search;
    if (feasible.length === 0)
      return this.#reject(search, { allNodes: this.#snapshot.nodes.length, nodes: rejections, others });
    const node = feasible.length === 1 ? (feasible[0] as NodeInfo) : this.#best(search, extra);
    return this.#claim(search.framework, pod, state, node.name, feasible.length, feasible.length + rejections.length);
  }

  /** The highest score; among equals any, each as likely. */
  #best({ framework, state, pod, feasible }: Search, extra?: ReadonlyMap<string, number>): NodeInfo {
    const scores = framework.score(state, pod, feasible, this.#snapshot);
    if (extra)
      for (const [i, { name }] of feasible.entries()) scores[i] = (scores[i] as number) + (extra.get(name) ?? 0);
    let best = 0;
    let equals = 1;
    for (let i = 1; i < feasible.length; i++) {
      const score = scores[i] as number;
      if (score > (scores[best] as number)) {
        best = i;
        equals = 1;
      } else if (score === scores[best] && this.#random() < 1 / ++equals) best = i;
    }
    return feasible[best] as NodeInfo;
  }

  #claim(
    framework: Framework,
    pod: PodInfo,
    state: CycleState,
    nodeName: string,
    feasibleNodes: number,
    evaluatedNodes: number,
  ): Decision {
    this.#cache.assume(pod, nodeName);
    const undo = () => {
      framework.unreserve(state, pod, nodeName);
      this.#cache.forget(pod);
    };
    const reserved = framework.reserve(state, pod, nodeName);
    if (reserved.code !== 'Success') {
      undo();
      return refused('', reserved);
    }
    const { plugin, status: permit } = framework.permit(state, pod, nodeName);
    if (permit.code !== 'Success' && permit.code !== 'Wait') {
      undo();
      return refused(plugin, permit);
    }
    this.#nominated.delete(pod.uid);
    return { kind: 'placed', nodeName, state, permit, feasibleNodes, evaluatedNodes };
  }

  #reject({ pod, state, framework, filters }: Search, diagnosis: Diagnosis): Decision {
    const nominatedNodeName = this.#nominatedNode(pod);
    const cycle = { snapshot: this.#snapshot, filters, nominatedNodeName, random: this.#random };
    const result = framework.postFilter(state, pod, diagnosis, cycle);
    const rejectedBy = rejectingPlugins(diagnosis);
    if (result?.code === 'Success') {
      const { nodeName, victims } = result;
      const message = fitMessage(diagnosis);
      return {
        kind: 'unschedulable',
        message,
        rejectedBy,
        preemption: { nodeName, victims },
        nominatedNodeName: nodeName,
      };
    }
    const message = fitMessage({ ...diagnosis, postFilterMessage: result?.message });
    return { kind: 'unschedulable', message, rejectedBy, nominatedNodeName: result?.nominatedNodeName };
  }
}

/** The reason of the nodes that PreFilter left out. */
function leftOut(plugins: readonly string[]): Diagnosis['others'] {
  const [plugin] = plugins;
  if (plugin === undefined) return undefined;
  return { plugin, status: unresolvable(`node(s) didn't satisfy plugin(s) [${plugins.join(' ')}]`) };
}

function broken(error: unknown): Decision {
  return { kind: 'error', error: error instanceof Error ? error : new Error(String(error)) };
}

function refused(plugin: string, status: Status): Decision {
  if (isRejection(status))
    return { kind: 'unschedulable', message: status.reasons.join(', '), rejectedBy: new Set(plugin ? [plugin] : []) };
  return {
    kind: 'error',
    error: status.code === 'Error' ? status.error : new Error(`unexpected status ${status.code}`),
  };
}
