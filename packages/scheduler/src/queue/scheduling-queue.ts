import type { Pod } from '@coxswain/api';
import { aborted, type Clock } from '@coxswain/foundation';
import { podInfoOf } from '../cache/pod-info.ts';
import type { ClusterEvent, EventName, EventRegistration } from '../framework/cluster-event.ts';
import { InFlightEvents } from './in-flight-events.ts';
import { KeyedHeap } from './keyed-heap.ts';
import type { QueuedPod } from './queued-pod.ts';

export type QueueName = 'active' | 'backoff' | 'unschedulable' | 'gated';

export interface SchedulingQueueOptions {
  readonly clock: Clock;
  less(a: QueuedPod, b: QueuedPod): boolean;
  /** The name of the plugin that keeps the pod out of the queue, if one does. */
  gate(pod: Pod): string | undefined;
  /** What may unstick pods, by the plugin that rejected them. */
  readonly events: ReadonlyMap<string, readonly EventRegistration[]>;
  /** Milliseconds; 1 s doubling to 10 s unless given. */
  readonly initialBackoffMs?: number;
  readonly maxBackoffMs?: number;
  /** Told of each pod that enters one of the queues. */
  readonly onIncoming?: (queue: QueueName, event: string) => void;
}

/** How long a pod may wait for an event before it is tried anyway. */
const MAX_UNSCHEDULABLE_MS = 5 * 60_000;
const FLUSH_MS = 30_000;
/** After these a pod that no plugin rejected (there was no node at all) may fit. */
const NODE_EVENTS: ReadonlySet<EventName> = new Set([
  'NodeAdd',
  'NodeUpdateAllocatable',
  'NodeUpdateTaint',
  'NodeUpdateLabel',
]);

/**
 * Pods that wait: `active` ones are tried next, by priority; `backoff` ones rest for 1 s doubling to 10 s after an attempt;
 * `unschedulable` ones sleep until something happens that may help them, 5 minutes at most; `gated` ones until they change.
 */
export class SchedulingQueue {
  readonly #options: SchedulingQueueOptions;
  readonly #clock: Clock;
  readonly #active: KeyedHeap<QueuedPod>;
  readonly #backoff: KeyedHeap<QueuedPod>;
  readonly #unschedulable = new Map<string, QueuedPod>();
  readonly #inFlight = new InFlightEvents();
  /** Plugins by event, so that events that help nobody cost nothing. */
  readonly #helpedBy = new Map<EventName, Map<string, EventRegistration>>();
  #sequence = 0;
  #taker: ((pod: QueuedPod | undefined) => void) | undefined;
  #wake: AbortController | undefined;

  constructor(options: SchedulingQueueOptions) {
    this.#options = options;
    this.#clock = options.clock;
    const uid = ({ info }: QueuedPod) => info.uid;
    this.#active = new KeyedHeap(uid, options.less);
    this.#backoff = new KeyedHeap(uid, (a, b) => this.#backoffEnd(a) < this.#backoffEnd(b));
    for (const [plugin, registrations] of options.events) {
      for (const registration of registrations) {
        const plugins = this.#helpedBy.get(registration.event) ?? new Map<string, EventRegistration>();
        plugins.set(plugin, registration);
        this.#helpedBy.set(registration.event, plugins);
      }
    }
  }

  pending(): Record<QueueName, number> {
    let gated = 0;
    for (const { gatedBy } of this.#unschedulable.values()) if (gatedBy !== undefined) gated++;
    return {
      active: this.#active.size,
      backoff: this.#backoff.size,
      unschedulable: this.#unschedulable.size - gated,
      gated,
    };
  }

  /** How many pods each plugin keeps waiting. */
  rejections(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { rejectedBy } of this.#unschedulable.values())
      for (const plugin of rejectedBy) counts.set(plugin, (counts.get(plugin) ?? 0) + 1);
    return counts;
  }

  /** A pod without a node appeared. */
  add(pod: Pod): void {
    const info = podInfoOf(pod);
    if (this.#find(info.uid) || this.#inFlight.has(info.uid)) {
      this.update(pod, pod);
      return;
    }
    const timestamp = this.#clock.now();
    const queued: QueuedPod = {
      info,
      timestamp,
      sequence: this.#sequence++,
      attempts: 0,
      firstAttempt: undefined,
      rejectedBy: new Set(),
      gatedBy: undefined,
    };
    this.#activate(queued, 'PodAdd');
  }

  /** A waiting pod was changed; if that may help it, it is tried again. */
  update(old: Pod, pod: Pod): void {
    const info = podInfoOf(pod);
    const event: ClusterEvent = { name: 'PodUpdate', old, new: pod };
    if (this.#inFlight.has(info.uid)) {
      if (mayHelp(old, pod)) this.#inFlight.record(event);
      return;
    }
    const queued = this.#find(info.uid);
    if (!queued) {
      this.add(pod);
      return;
    }
    const before = queued.info;
    queued.info = info;
    if (this.#active.has(info.uid)) this.#active.push(queued);
    if (!this.#unschedulable.has(info.uid) || !mayHelp(before.pod, pod)) return;
    this.#unschedulable.delete(info.uid);
    this.#requeue(queued, 'PodUpdate');
  }

  /** The pod is gone or has a node. */
  delete(pod: Pod): void {
    const { uid } = podInfoOf(pod);
    this.#active.delete(uid);
    this.#backoff.delete(uid);
    this.#unschedulable.delete(uid);
  }

  /** The next pod to decide on; `done` or `addUnschedulable` must follow. Undefined when the signal aborts. */
  async pop(signal: AbortSignal): Promise<QueuedPod | undefined> {
    if (signal.aborted) return undefined;
    const next = this.#active.pop();
    if (next) return this.#begin(next);
    return new Promise((resolve) => {
      const give = (pod: QueuedPod | undefined) => {
        this.#taker = undefined;
        signal.removeEventListener('abort', onAbort);
        resolve(pod);
      };
      const onAbort = () => give(undefined);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#taker = give;
    });
  }

  /** The pod of `pop` is bound or gone. */
  done(uid: string): void {
    this.#inFlight.end(uid);
  }

  /**
   * The pod of `pop` found no node.
   * @param rejectedBy the plugins that stand in its way; none after an error, which is tried again after the back-off
   */
  addUnschedulable(queued: QueuedPod, rejectedBy: ReadonlySet<string>, failedWithError: boolean): void {
    const events = this.#inFlight.end(queued.info.uid);
    if (this.#find(queued.info.uid)) return;
    queued.rejectedBy = rejectedBy;
    queued.timestamp = this.#clock.now();
    const missed = events === 'lost' || events.some((event) => this.#helps(event, queued));
    if (failedWithError || missed) this.#requeue(queued, 'ScheduleAttemptFailure');
    else {
      this.#unschedulable.set(queued.info.uid, queued);
      this.#options.onIncoming?.('unschedulable', 'ScheduleAttemptFailure');
    }
  }

  /** Something happened: pods that it may help are tried again, after their back-off. */
  move(event: ClusterEvent): void {
    this.#inFlight.record(event);
    if (!this.#helpedBy.has(event.name) && !NODE_EVENTS.has(event.name)) return;
    for (const [uid, queued] of this.#unschedulable) {
      if (queued.gatedBy !== undefined || !this.#helps(event, queued)) continue;
      this.#unschedulable.delete(uid);
      this.#requeue(queued, event.name);
    }
  }

  /** Tries a sleeping pod again, after its back-off. */
  activate(uid: string): void {
    const queued = this.#unschedulable.get(uid);
    if (!queued || queued.gatedBy !== undefined) return;
    this.#unschedulable.delete(uid);
    this.#requeue(queued, 'ForceActivate');
  }

  /** Moves pods on as time passes, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#runBackoff(signal), this.#runFlush(signal)]);
  }

  async #runBackoff(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const first = this.#backoff.peek();
      const wait = first ? this.#backoffEnd(first) - this.#clock.now() : Number.POSITIVE_INFINITY;
      if (wait <= 0) {
        this.#activate(this.#backoff.pop() as QueuedPod, 'BackoffComplete');
        continue;
      }
      const wake = new AbortController();
      this.#wake = wake;
      const stop = () => wake.abort();
      signal.addEventListener('abort', stop, { once: true });
      if (Number.isFinite(wait)) await this.#clock.sleep(wait, wake.signal).catch(() => {});
      else await aborted(wake.signal);
      signal.removeEventListener('abort', stop);
    }
  }

  async #runFlush(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(FLUSH_MS, signal).catch(() => {});
      const now = this.#clock.now();
      for (const [uid, queued] of this.#unschedulable) {
        if (queued.gatedBy !== undefined || now - queued.timestamp < MAX_UNSCHEDULABLE_MS) continue;
        this.#unschedulable.delete(uid);
        this.#requeue(queued, 'UnschedulableTimeout');
      }
    }
  }

  #begin(queued: QueuedPod): QueuedPod {
    queued.attempts++;
    queued.firstAttempt ??= this.#clock.now();
    this.#inFlight.begin(queued.info.uid);
    return queued;
  }

  #requeue(queued: QueuedPod, event: string): void {
    if (this.#backoffEnd(queued) <= this.#clock.now()) {
      this.#activate(queued, event);
      return;
    }
    this.#backoff.push(queued);
    this.#options.onIncoming?.('backoff', event);
    if (this.#backoff.peek() === queued) this.#wake?.abort();
  }

  #activate(queued: QueuedPod, event: string): void {
    queued.gatedBy = this.#options.gate(queued.info.pod);
    if (queued.gatedBy !== undefined) {
      this.#unschedulable.set(queued.info.uid, queued);
      this.#options.onIncoming?.('gated', event);
      return;
    }
    queued.sequence = this.#sequence++;
    this.#options.onIncoming?.('active', event);
    if (this.#taker) this.#taker(this.#begin(queued));
    else this.#active.push(queued);
  }

  #helps(event: ClusterEvent, queued: QueuedPod): boolean {
    if (event.name === 'PodUpdate') return (event.new?.metadata.uid ?? '') === queued.info.uid;
    if (queued.rejectedBy.size === 0) return NODE_EVENTS.has(event.name);
    const plugins = this.#helpedBy.get(event.name);
    if (!plugins) return false;
    for (const plugin of queued.rejectedBy) {
      const registration = plugins.get(plugin);
      if (registration && (registration.hint?.(queued.info, event) ?? 'Queue') === 'Queue') return true;
    }
    return false;
  }

  #find(uid: string): QueuedPod | undefined {
    return this.#active.get(uid) ?? this.#backoff.get(uid) ?? this.#unschedulable.get(uid);
  }

  #backoffEnd({ attempts, timestamp }: QueuedPod): number {
    if (attempts === 0) return timestamp;
    const { initialBackoffMs = 1000, maxBackoffMs = 10_000 } = this.#options;
    return timestamp + Math.min(maxBackoffMs, initialBackoffMs * 2 ** Math.min(attempts - 1, 32));
  }
}

/** Status changes (our own condition among them) don't make room for a pod. */
function mayHelp(old: Pod, pod: Pod): boolean {
  return (
    JSON.stringify([old.spec, old.metadata.labels]) !== JSON.stringify([pod.spec, pod.metadata.labels]) ||
    old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp
  );
}
