import type { Pod } from '@coxswain/api';
import { Backoff, type Clock, type Logger } from '@coxswain/foundation';
import { podKey, uidOf } from '../container/pod-containers.ts';

export interface SyncOutcome {
  /** The pod has ended: everything that still runs is to be stopped. */
  readonly terminal: boolean;
  /** Milliseconds until it is worth another look; undefined leaves it to events and the resync. */
  readonly requeueAfterMs?: number | undefined;
}

/** What a worker does for its pod; each step is idempotent and is called again after it threw. */
export interface PodSyncer {
  /**
   * `caughtUp` is called before the runtime is read for the last time: what it told until then needs no sync of its own.
   */
  syncPod(pod: Pod, signal: AbortSignal, caughtUp: () => void): Promise<SyncOutcome>;
  /** Stops everything; `grace` in seconds replaces the pod's own. */
  syncTerminatingPod(pod: Pod, grace: number | undefined, signal: AbortSignal): Promise<void>;
  /** Nothing runs any more: gives back what the pod holds. */
  syncTerminatedPod(pod: Pod, signal: AbortSignal): Promise<void>;
  /** The pod is gone from the API: leaves no trace of it. */
  removePod(pod: Pod, signal: AbortSignal): Promise<void>;
}

export interface PodWorkersOptions {
  readonly syncer: PodSyncer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds between syncs of a pod that nothing happens to; 60 s unless given. */
  readonly resyncMs?: number;
  readonly random?: () => number;
}

type Phase = 'syncing' | 'terminating' | 'terminated';

interface Worker {
  pod: Pod;
  phase: Phase;
  /** Seconds; a deletion may only shorten it. */
  grace: number | undefined;
  /** Gone from the API. */
  removed: boolean;
  dirty: boolean;
  /** The runtime told of something. */
  stirred: boolean;
  /** Aborts the step under way when the pod is to end, or to end sooner. */
  interrupt: AbortController | undefined;
  wake: (() => void) | undefined;
}

/**
 * One serial worker a pod. A worker always acts on the newest version of its pod; whatever came in between is skipped.
 * Order of its life: syncing → terminating → terminated → removed, never back.
 */
export class PodWorkers {
  readonly #options: PodWorkersOptions;
  readonly #signal: AbortSignal;
  readonly #workers = new Map<string, Worker>();

  constructor(options: PodWorkersOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  has(uid: string): boolean {
    return this.#workers.has(uid);
  }

  get uids(): string[] {
    return [...this.#workers.keys()];
  }

  pod(uid: string): Pod | undefined {
    return this.#workers.get(uid)?.pod;
  }

  /** A new or changed pod. */
  update(pod: Pod): void {
    const uid = uidOf(pod);
    let worker = this.#workers.get(uid);
    if (!worker) {
      worker = {
        pod,
        phase: 'syncing',
        grace: undefined,
        removed: false,
        dirty: true,
        stirred: false,
        interrupt: undefined,
        wake: undefined,
      };
      this.#workers.set(uid, worker);
      void this.#run(uid, worker);
      return;
    }
    worker.pod = pod;
    if (pod.metadata.deletionTimestamp) this.#end(worker, pod.metadata.deletionGracePeriodSeconds);
    this.#wake(worker);
  }

  /** Another version of the pod that asks for nothing new (its status changed). */
  refresh(pod: Pod): void {
    const worker = this.#workers.get(uidOf(pod));
    if (worker) worker.pod = pod;
  }

  /** The pod is gone from the API: it ends, if it didn't, and its traces go. */
  remove(uid: string): void {
    const worker = this.#workers.get(uid);
    if (!worker) return;
    worker.removed = true;
    this.#end(worker, undefined);
    this.#wake(worker);
  }

  /** The pod is to end though the API doesn't say so; `grace` in seconds replaces its own. */
  terminate(uid: string, grace: number | undefined): void {
    const worker = this.#workers.get(uid);
    if (!worker) return;
    this.#end(worker, grace);
    this.#wake(worker);
  }

  /** Whether nothing of the pod runs any more. */
  isTerminated(uid: string): boolean {
    const phase = this.#workers.get(uid)?.phase;
    return phase === undefined || phase === 'terminated';
  }

  /** Whether the pod runs or is to run. */
  isActive(uid: string): boolean {
    return this.#workers.get(uid)?.phase === 'syncing';
  }

  /** Something of the pod changed: a probe, a referenced object or anything else. */
  wake(uid: string): void {
    const worker = this.#workers.get(uid);
    if (worker && worker.phase === 'syncing') this.#wake(worker);
  }

  /** Something of the pod changed in the runtime. */
  stir(uid: string): void {
    const worker = this.#workers.get(uid);
    if (worker?.phase !== 'syncing') return;
    worker.stirred = true;
    worker.wake?.();
  }

  wakeAll(): void {
    for (const uid of this.#workers.keys()) this.wake(uid);
  }

  #wake(worker: Worker): void {
    worker.dirty = true;
    worker.wake?.();
  }

  #end(worker: Worker, grace: number | undefined): void {
    const sooner = grace !== undefined && (worker.grace === undefined || grace < worker.grace);
    if (sooner) worker.grace = grace;
    if (worker.phase === 'syncing') {
      worker.phase = 'terminating';
      worker.interrupt?.abort(new Error('pod is to end'));
    } else if (worker.phase === 'terminating' && sooner) worker.interrupt?.abort(new Error('pod is to end sooner'));
  }

  async #run(uid: string, worker: Worker): Promise<void> {
    const { log, random = Math.random, resyncMs = 60_000 } = this.#options;
    const backoff = new Backoff({ initial: 500, max: 15_000, jitter: 0.1 });
    let wait = 0;
    if (worker.pod.metadata.deletionTimestamp) this.#end(worker, worker.pod.metadata.deletionGracePeriodSeconds);
    while (!this.#signal.aborted) {
      if (!worker.dirty && !worker.stirred) await this.#sleep(worker, wait);
      if (this.#signal.aborted) return;
      worker.dirty = false;
      worker.stirred = false;
      const interrupt = new AbortController();
      worker.interrupt = interrupt;
      try {
        const next = await this.#step(worker, AbortSignal.any([this.#signal, interrupt.signal]));
        if (next === 'gone') {
          this.#workers.delete(uid);
          return;
        }
        backoff.reset();
        wait = next ?? resyncMs * (1 + 0.5 * random());
      } catch (err) {
        if (this.#signal.aborted) return;
        if (interrupt.signal.aborted) {
          worker.dirty = true;
          continue;
        }
        wait = backoff.next();
        log.warn({ err, pod: podKey(worker.pod), phase: worker.phase }, 'failed to sync pod');
      } finally {
        worker.interrupt = undefined;
      }
    }
  }

  /** Does what the phase asks for; returns the milliseconds until the next look, or 'gone'. */
  async #step(worker: Worker, signal: AbortSignal): Promise<number | undefined | 'gone'> {
    const { syncer } = this.#options;
    const { pod, phase } = worker;
    switch (phase) {
      case 'syncing': {
        const { terminal, requeueAfterMs } = await syncer.syncPod(pod, signal, () => {
          worker.stirred = false;
        });
        if (!terminal) return requeueAfterMs;
        worker.phase = 'terminating';
        worker.dirty = true;
        return undefined;
      }
      case 'terminating':
        await syncer.syncTerminatingPod(pod, worker.grace, signal);
        worker.phase = 'terminated';
        worker.dirty = true;
        return undefined;
      case 'terminated':
        await syncer.syncTerminatedPod(pod, signal);
        if (!worker.removed) return undefined;
        await syncer.removePod(pod, signal);
        return 'gone';
    }
  }

  async #sleep(worker: Worker, ms: number): Promise<void> {
    const woken = new AbortController();
    worker.wake = () => woken.abort();
    try {
      await this.#options.clock.sleep(ms, AbortSignal.any([this.#signal, woken.signal]));
    } catch {
      // Woken early, or the end.
    } finally {
      worker.wake = undefined;
    }
  }
}
