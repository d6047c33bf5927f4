import type { Pod, PodDisruptionBudget } from '@coxswain/api';
import type { ApiClient, InformerFactory } from '@coxswain/client';
import type { Clock, Logger } from '@coxswain/foundation';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { Snapshot } from '../cache/snapshot.ts';
import type { QueuedPod } from '../queue/queued-pod.ts';
import type { VolumeObjects } from '../volumes/volume-objects.ts';
import type { EventRegistration } from './cluster-event.ts';
import type { CycleState } from './cycle-state.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { FilterCycle } from './filter-cycle.ts';
import type { Status } from './status.ts';
import type { WaitingPods } from './waiting-pods.ts';

export const MAX_NODE_SCORE = 100;

/** PreFilter may say that only these nodes are worth looking at. */
export interface NodeSubset {
  readonly code: 'Success';
  readonly nodeNames: ReadonlySet<string>;
}

/** What PostFilter may look at. */
export interface PostFilterCycle {
  readonly snapshot: Snapshot;
  readonly filters: FilterCycle;
  /** Where the pod hopes to run already. */
  readonly nominatedNodeName: string | undefined;
  /** 0…1, without 1. */
  readonly random: () => number;
}

export type PostFilterResult =
  /** The pod fits there once the victims are gone. */
  | { readonly code: 'Success'; readonly nodeName: string; readonly victims: readonly PodInfo[] }
  | {
      readonly code: 'Unschedulable';
      /** What is added to the FailedScheduling message. */
      readonly message: string;
      /** Empty takes back the pod's nomination; it stays when absent. */
      readonly nominatedNodeName?: '';
    };

/**
 * The extension points of the scheduling framework; a plugin implements those it needs. All up to Permit are synchronous:
 * a decision is one uninterrupted look at one snapshot. PreBind and Bind run beside the next decisions.
 */
export interface Plugin {
  readonly name: string;
  /** What may unstick a pod that this plugin rejected. */
  readonly events?: readonly EventRegistration[];
  preEnqueue?(pod: Pod): Status;
  /** Order of the queue; exactly one plugin has it. */
  less?(a: QueuedPod, b: QueuedPod): boolean;
  preFilter?(state: CycleState, pod: PodInfo, snapshot: Snapshot): Status | NodeSubset;
  /** Filter is asked next as if `other` ran on the node (or no longer did): brings what PreFilter wrote in line. */
  addPod?(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): void;
  removePod?(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): void;
  filter?(state: CycleState, pod: PodInfo, node: NodeInfo): Status;
  postFilter?(state: CycleState, pod: PodInfo, diagnosis: Diagnosis, cycle: PostFilterCycle): PostFilterResult;
  preScore?(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): Status;
  /** 0…100 unless `normalizeScores` brings it there. */
  score?(state: CycleState, pod: PodInfo, node: NodeInfo): number;
  /** Changes the scores in place; `scores[i]` is that of `nodes[i]`. */
  normalizeScores?(state: CycleState, pod: PodInfo, scores: Float64Array, nodes: readonly NodeInfo[]): void;
  reserve?(state: CycleState, pod: PodInfo, nodeName: string): Status;
  /** Undoes `reserve`; called in reverse order, also of plugins whose `reserve` was not reached. */
  unreserve?(state: CycleState, pod: PodInfo, nodeName: string): void;
  permit?(state: CycleState, pod: PodInfo, nodeName: string): Status;
  /** Skip when `preBind` has nothing to do for this pod; it does unless this is given. */
  preBindPreFlight?(state: CycleState, pod: PodInfo, nodeName: string): Status;
  preBind?(state: CycleState, pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<Status>;
  bind?(state: CycleState, pod: PodInfo, nodeName: string, signal: AbortSignal): Promise<Status>;
  postBind?(state: CycleState, pod: PodInfo, nodeName: string): void;
}

/** What a plugin may use. */
export interface PluginHandle {
  readonly client: ApiClient;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly waitingPods: WaitingPods;
  /** The budgets that preemption tries to keep. */
  readonly disruptionBudgets: () => readonly PodDisruptionBudget[];
  readonly volumes: VolumeObjects;
}

export type PluginFactory = (handle: PluginHandle) => Plugin;

export interface PluginEntry {
  readonly factory: PluginFactory;
  /** Weight of its score; 1 unless given. */
  readonly weight?: number;
}
