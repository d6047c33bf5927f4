import type { Pod } from '@coxswain/api';
import type { Informer } from '@coxswain/client';
import { AsyncQueue, type Clock, type Logger } from '@coxswain/foundation';
import { classifyUpdate } from '../config/classify-update.ts';
import { asApiPod, isMirrorPod } from '../config/static-pod.ts';
import { uidOf } from '../container/pod-containers.ts';
import type { PodWorkers } from '../pod-workers/pod-workers.ts';
import type { StatusManager } from '../status/status-manager.ts';

/** All that can make a pod worker look again. */
export type SyncEvent =
  | { readonly kind: 'pod'; readonly pod: Pod }
  | { readonly kind: 'status'; readonly pod: Pod }
  | { readonly kind: 'removed'; readonly uid: string }
  | { readonly kind: 'runtime' | 'probe' | 'reference'; readonly uid: string }
  | { readonly kind: 'reconnected' };

export interface SyncLoopOptions {
  /** Pods bound to this node. */
  readonly pods: Informer<Pod>;
  readonly workers: PodWorkers;
  readonly statuses: StatusManager;
  /** Looks for what no pod accounts for. */
  readonly housekeeping: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds; 10 s unless given. */
  readonly housekeepingMs?: number;
  /** Whether the sources beside the API are known as well. */
  readonly sourcesReady?: () => boolean;
}

const MAX_WAITING = 100_000;

/** Merges config, runtime events, probe results, references and ticks; all it ever does is to call the pod workers. */
export class SyncLoop {
  readonly #options: SyncLoopOptions;
  readonly #events = new AsyncQueue<SyncEvent>(MAX_WAITING);

  constructor(options: SyncLoopOptions) {
    this.#options = options;
  }

  push(event: SyncEvent): void {
    this.#events.push(event);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { pods } = this.#options;
    const unsubscribe = pods.addHandler({
      added: (pod) => {
        if (!isMirrorPod(pod)) this.push({ kind: 'pod', pod: asApiPod(pod) });
      },
      updated: (found, old) => {
        if (isMirrorPod(found)) return;
        const pod = asApiPod(found);
        if (uidOf(pod) !== uidOf(old)) {
          this.push({ kind: 'removed', uid: uidOf(old) });
          this.push({ kind: 'pod', pod });
        } else this.push({ kind: classifyUpdate(pod, old) === 'sync' ? 'pod' : 'status', pod });
      },
      deleted: (pod) => this.push({ kind: 'removed', uid: uidOf(pod) }),
    });
    signal.addEventListener('abort', () => this.#events.close(), { once: true });
    const ticking = this.#tick(signal);
    for await (const event of this.#events) this.#dispatch(event);
    unsubscribe();
    await ticking;
  }

  #dispatch(event: SyncEvent): void {
    const { workers, statuses } = this.#options;
    switch (event.kind) {
      case 'pod':
        statuses.observe(event.pod);
        workers.update(event.pod);
        return;
      case 'status':
        statuses.observe(event.pod);
        workers.refresh(event.pod);
        return;
      case 'removed':
        workers.remove(event.uid);
        return;
      case 'runtime':
        workers.stir(event.uid);
        return;
      case 'probe':
      case 'reference':
        workers.wake(event.uid);
        return;
      case 'reconnected':
        workers.wakeAll();
        return;
      default:
        event satisfies never;
    }
  }

  /** Only once all pods are known can it be said what is nobody's. */
  async #tick(signal: AbortSignal): Promise<void> {
    const { pods, clock, log, housekeeping, housekeepingMs = 10_000 } = this.#options;
    await pods.waitForSync(signal).catch(() => {});
    while (!signal.aborted) {
      await clock.sleep(Math.min(1000, housekeepingMs), signal).catch(() => {});
      if (signal.aborted) return;
      if (this.#options.sourcesReady?.() === false) continue;
      await housekeeping().catch((err) => log.warn({ err }, 'failed to clean up'));
      await clock.sleep(housekeepingMs, signal).catch(() => {});
    }
  }
}
