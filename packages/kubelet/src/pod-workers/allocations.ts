import type { Pod } from '@coxswain/api';
import { uidOf } from '../container/pod-containers.ts';
import { allocatedBefore, isResizing, sameResources, withResourcesOf } from '../container/resize.ts';
import type { PodRuntimeStatus } from '../container/runtime-status.ts';
import type { KubeletEvents } from '../events/pod-events.ts';
import type { ConditionValue } from '../status/pod-conditions.ts';
import { admitPod } from './admit-pod.ts';

export interface AllocationsOptions {
  /** The node's. */
  readonly allocatable: () => Readonly<Record<string, string>>;
  readonly events: KubeletEvents;
}

interface Allocation {
  /** With the resources that are granted. */
  readonly pod: Pod;
  /** Why the resources that it asks for now are not. */
  readonly pending?: ConditionValue;
  /** Why they could not be put into effect. */
  readonly failure?: string;
  /** A resize was begun whose end was not told of yet. */
  readonly resizing?: boolean;
}

/**
 * What each pod of the node was let in with, and what becomes of its wish for more or less (KEP-1287). Nothing is kept on
 * disk: what the kubelet before this one granted is in the pods' statuses.
 */
export class Allocations {
  readonly #options: AllocationsOptions;
  readonly #byUid = new Map<string, Allocation>();

  constructor(options: AllocationsOptions) {
    this.#options = options;
  }

  has(uid: string): boolean {
    return this.#byUid.has(uid);
  }

  pods(): Pod[] {
    return [...this.#byUid.values()].map(({ pod }) => pod);
  }

  /** A pod that is new here has what it asks for, one that ran before what it had. */
  add(pod: Pod, isNew: boolean): void {
    this.#byUid.set(uidOf(pod), { pod: isNew ? pod : allocatedBefore(pod) });
  }

  forget(uid: string): void {
    this.#byUid.delete(uid);
  }

  /** Whether the pod asks for what may be granted later. */
  isDeferred(uid: string): boolean {
    return this.#byUid.get(uid)?.pending?.reason === 'Deferred';
  }

  /** The pod with the resources that it is granted: those it asks for, unless they don't fit beside the others. */
  grant(pod: Pod): Pod {
    const uid = uidOf(pod);
    const held = this.#byUid.get(uid);
    if (!held) return pod;
    if (sameResources(pod, held.pod)) {
      if (held.pending) this.#byUid.set(uid, { pod, ...(held.resizing ? { resizing: true } : {}) });
      return pod;
    }
    const allocatable = this.#options.allocatable();
    const others = this.pods().filter((other) => uidOf(other) !== uid);
    const rejection = admitPod(pod, others, allocatable);
    if (!rejection) {
      this.#byUid.set(uid, { pod, resizing: true });
      this.#say(pod, 'Normal', 'ResizeStarted', 'Pod resize started');
      return pod;
    }
    const reason = admitPod(pod, [], allocatable) ? 'Infeasible' : 'Deferred';
    const message = rejection.message.replace('Pod was rejected: ', '');
    if (held.pending?.reason !== reason || held.pending.message !== message)
      this.#say(pod, 'Warning', `Resize${reason}`, `Pod resize ${reason}`, message);
    this.#byUid.set(uid, { ...held, pending: { type: 'PodResizePending', status: 'True', reason, message } });
    return withResourcesOf(pod, held.pod);
  }

  /** Putting the granted resources into effect went wrong, or right again. */
  note(pod: Pod, failure: string | undefined): void {
    const held = this.#byUid.get(uidOf(pod));
    if (!held || held.failure === failure) return;
    const { failure: _, ...rest } = held;
    this.#byUid.set(uidOf(pod), failure === undefined ? rest : { ...rest, failure });
    if (failure !== undefined) this.#say(pod, 'Warning', 'ResizeError', 'Pod resize error', failure);
  }

  /** What the pod's status says of a resize. */
  conditions(pod: Pod, runtime: PodRuntimeStatus): ConditionValue[] {
    const uid = uidOf(pod);
    const held = this.#byUid.get(uid);
    if (!held) return [];
    const { pending, failure, resizing, ...rest } = held;
    const goesOn = isResizing(pod, runtime);
    if (resizing && !goesOn) {
      this.#byUid.set(uid, { ...rest, ...(pending ? { pending } : {}) });
      this.#say(pod, 'Normal', 'ResizeCompleted', 'Pod resize completed');
    }
    const progress: ConditionValue = {
      type: 'PodResizeInProgress',
      status: 'True',
      ...(failure === undefined ? {} : { reason: 'Error', message: failure }),
    };
    return [...(pending ? [pending] : []), ...(goesOn ? [progress] : [])];
  }

  #say(pod: Pod, type: 'Normal' | 'Warning', reason: string, prefix: string, error?: string): void {
    const of = (list: Pod['spec']['containers'] | undefined) =>
      (list ?? []).map(({ name, resources = {} }) => ({ name, resources }));
    const { initContainers, containers } = pod.spec;
    const summary = {
      ...(initContainers?.length ? { initContainers: of(initContainers) } : {}),
      containers: of(containers),
      generation: pod.metadata.generation ?? 0,
      ...(error === undefined ? {} : { error }),
    };
    this.#options.events.pod(pod, type, reason, `${prefix}: ${JSON.stringify(summary)}`);
  }
}
