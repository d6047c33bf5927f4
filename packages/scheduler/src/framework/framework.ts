import type { Pod } from '@coxswain/api';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { Snapshot } from '../cache/snapshot.ts';
import type { QueuedPod } from '../queue/queued-pod.ts';
import type { EventRegistration } from './cluster-event.ts';
import type { CycleState } from './cycle-state.ts';
import type { Diagnosis } from './diagnosis.ts';
import {
  MAX_NODE_SCORE,
  type NodeSubset,
  type Plugin,
  type PluginEntry,
  type PluginHandle,
  type PostFilterCycle,
  type PostFilterResult,
} from './plugin.ts';
import { failed, isRejection, type Rejection, type Status, success } from './status.ts';

export type PreFilterOutcome =
  /** The plugins whose Filter is to run, and the nodes worth looking at if not all. */
  | { readonly code: 'Success'; readonly filters: readonly Plugin[]; readonly subset?: NodeSubsetOf | undefined }
  | { readonly code: 'Rejected'; readonly plugin: string; readonly status: Rejection }
  | { readonly code: 'Error'; readonly error: Error };

export interface NodeSubsetOf {
  readonly plugins: readonly string[];
  readonly nodeNames: ReadonlySet<string>;
}

interface Scorer {
  readonly plugin: Plugin;
  readonly weight: number;
}

/** The plugins of one profile, by extension point, in order. Decides nothing itself. */
export class Framework {
  readonly profileName: string;
  readonly plugins: readonly Plugin[];
  readonly #preFilters: readonly Plugin[];
  readonly #filters: readonly Plugin[];
  readonly #scorers: readonly Scorer[];
  #total = new Float64Array(0);
  #scores = new Float64Array(0);

  constructor(profileName: string, entries: readonly PluginEntry[], handle: PluginHandle) {
    this.profileName = profileName;
    const built = entries.map(({ factory, weight = 1 }) => ({ plugin: factory(handle), weight }));
    this.plugins = built.map(({ plugin }) => plugin);
    this.#preFilters = this.plugins.filter(({ preFilter }) => preFilter);
    this.#filters = this.plugins.filter(({ filter }) => filter);
    this.#scorers = built.filter(({ plugin }) => plugin.score);
    if (this.plugins.filter(({ less }) => less).length !== 1)
      throw new Error(`profile ${profileName} must have exactly one QueueSort plugin`);
  }

  less(a: QueuedPod, b: QueuedPod): boolean {
    return this.plugins.find(({ less }) => less)?.less?.(a, b) ?? false;
  }

  events(): Map<string, readonly EventRegistration[]> {
    return new Map(this.plugins.map(({ name, events = [] }) => [name, events]));
  }

  /** The name of the PreEnqueue plugin that holds the pod back, if any. */
  gate(pod: Pod): string | undefined {
    return this.plugins.find((plugin) => plugin.preEnqueue && plugin.preEnqueue(pod).code !== 'Success')?.name;
  }

  preFilter(state: CycleState, pod: PodInfo, snapshot: Snapshot): PreFilterOutcome {
    const skipped = new Set<Plugin>();
    let nodeNames: Set<string> | undefined;
    const narrowedBy: string[] = [];
    for (const plugin of this.#preFilters) {
      const status = plugin.preFilter?.(state, pod, snapshot) ?? success;
      if (status.code === 'Skip') skipped.add(plugin);
      else if (isSubset(status)) {
        narrowedBy.push(plugin.name);
        nodeNames = nodeNames ? nodeNames.intersection(status.nodeNames) : new Set(status.nodeNames);
      } else if (isRejection(status)) return { code: 'Rejected', plugin: plugin.name, status };
      else if (status.code === 'Error') return status;
    }
    const filters = this.#filters.filter((plugin) => !skipped.has(plugin));
    return { code: 'Success', filters, subset: nodeNames && { plugins: narrowedBy, nodeNames } };
  }

  /** The total of each node's weighted scores; good until the next call. */
  score(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): Float64Array {
    if (this.#total.length !== nodes.length) {
      this.#total = new Float64Array(nodes.length);
      this.#scores = new Float64Array(nodes.length);
    }
    const total = this.#total.fill(0);
    const scores = this.#scores;
    for (const { plugin, weight } of this.#scorers) {
      const before = plugin.preScore?.(state, pod, nodes, snapshot) ?? success;
      if (before.code === 'Skip') continue;
      if (before.code === 'Error') throw before.error;
      for (let i = 0; i < nodes.length; i++) scores[i] = plugin.score?.(state, pod, nodes[i] as NodeInfo) ?? 0;
      plugin.normalizeScores?.(state, pod, scores, nodes);
      for (let i = 0; i < nodes.length; i++) {
        const score = scores[i] as number;
        if (!(score >= 0 && score <= MAX_NODE_SCORE))
          throw new Error(`plugin ${plugin.name} gave an invalid score ${score}, it should be in 0 to 100`);
        total[i] = (total[i] as number) + score * weight;
      }
    }
    return total;
  }

  /** The first PostFilter plugin that makes room, or what they all say. */
  postFilter(
    state: CycleState,
    pod: PodInfo,
    diagnosis: Diagnosis,
    cycle: PostFilterCycle,
  ): PostFilterResult | undefined {
    const messages: string[] = [];
    let cleared = false;
    for (const plugin of this.plugins) {
      const result = plugin.postFilter?.(state, pod, diagnosis, cycle);
      if (result?.code === 'Success') return result;
      if (!result) continue;
      messages.push(result.message);
      cleared ||= result.nominatedNodeName !== undefined;
    }
    if (messages.length === 0) return undefined;
    return { code: 'Unschedulable', message: messages.join(', '), ...(cleared ? { nominatedNodeName: '' } : {}) };
  }

  reserve(state: CycleState, pod: PodInfo, nodeName: string): Status {
    for (const plugin of this.plugins) {
      const status = plugin.reserve?.(state, pod, nodeName) ?? success;
      if (status.code !== 'Success') return status;
    }
    return success;
  }

  unreserve(state: CycleState, pod: PodInfo, nodeName: string): void {
    for (const plugin of this.plugins.toReversed()) plugin.unreserve?.(state, pod, nodeName);
  }

  /** Success, the first refusal, or how long to wait for the plugins that want to. */
  permit(state: CycleState, pod: PodInfo, nodeName: string): { readonly plugin: string; readonly status: Status } {
    for (const plugin of this.plugins) {
      const status = plugin.permit?.(state, pod, nodeName) ?? success;
      if (status.code !== 'Success') return { plugin: plugin.name, status };
    }
    return { plugin: '', status: success };
  }

  /** The plugins whose PreBind has something to do, and so may take its time. */
  preBinders(state: CycleState, pod: PodInfo, nodeName: string): Plugin[] {
    return this.plugins.filter(
      ({ preBind, preBindPreFlight }) => preBind && preBindPreFlight?.(state, pod, nodeName).code !== 'Skip',
    );
  }

  async preBind(state: CycleState, pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<Status> {
    for (const plugin of this.preBinders(state, pod, nodeName)) {
      const status = (await plugin.preBind?.(state, pod, nodeName, signal)) ?? success;
      if (status.code !== 'Success' && status.code !== 'Skip') return status;
    }
    return success;
  }

  /** The answer of the first Bind plugin that takes the pod. */
  async bind(state: CycleState, pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<Status> {
    for (const plugin of this.plugins) {
      if (!plugin.bind) continue;
      const status = await plugin.bind(state, pod, nodeName, signal);
      if (status.code !== 'Skip') return status;
    }
    return failed(new Error('no Bind plugin took the pod'));
  }

  postBind(state: CycleState, pod: PodInfo, nodeName: string): void {
    for (const plugin of this.plugins) plugin.postBind?.(state, pod, nodeName);
  }
}

function isSubset(status: Status | NodeSubset): status is NodeSubset {
  return 'nodeNames' in status;
}
