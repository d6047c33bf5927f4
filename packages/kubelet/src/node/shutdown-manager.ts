import type { Pod } from '@coxswain/api';
import type { Clock, Logger } from '@coxswain/foundation';
import { uidOf } from '../container/pod-containers.ts';
import type { Rejection } from '../pod-workers/admit-pod.ts';
import type { PodVerdict } from '../status/generate-pod-status.ts';
import { planShutdown, type ShutdownPeriod } from './plan-shutdown.ts';

export interface ShutdownManagerOptions {
  /** By priority, the lowest first; none leaves the pods running. */
  readonly periods: readonly ShutdownPeriod[];
  readonly activePods: () => readonly Pod[];
  /** Whether those are all: a kubelet that has just started learns of its pods first. */
  readonly podsKnown: () => boolean;
  readonly condemn: (uid: string, verdict: PodVerdict) => void;
  /** Ends the pod; `grace` in seconds. */
  readonly terminate: (uid: string, grace: number) => void;
  readonly isTerminated: (uid: string) => boolean;
  /** Tells the API at once that the node takes no more pods. */
  readonly report: () => Promise<void>;
  /** Whether the API knows the statuses of the pods. */
  readonly isReported: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

const VERDICT: PodVerdict = {
  reason: 'Terminated',
  message: 'Pod was terminated in response to imminent node shutdown.',
  disruption: 'TerminationByKubelet',
};
const REFUSAL: Rejection = {
  reason: 'NodeShutdown',
  message: 'Pod was rejected as the node is shutting down.',
};
const LEARN_MS = 5000;
const REPORT_MS = 5000;
const LOOK_MS = 50;

/** Graceful node shutdown (KEP-2000, KEP-2712): ends the node's pods in order before the kubelet ends. */
export class ShutdownManager {
  readonly #options: ShutdownManagerOptions;
  #shuttingDown = false;

  constructor(options: ShutdownManagerOptions) {
    this.#options = options;
  }

  /** Why the node isn't ready; undefined while it doesn't shut down. */
  get unreadiness(): string | undefined {
    return this.#shuttingDown ? 'node is shutting down' : undefined;
  }

  admit(): Rejection | undefined {
    return this.#shuttingDown ? REFUSAL : undefined;
  }

  /** Returns when all pods have ended and the API knows, or time is over; at once unless configured. */
  async shutDown(): Promise<void> {
    const { periods, activePods, log } = this.#options;
    if (periods.length === 0 || this.#shuttingDown) return;
    this.#shuttingDown = true;
    log.info({ periods }, 'shutdown manager detected new shutdown event, ending pods');
    await this.#options.report().catch((err) => log.warn({ err }, 'failed to report the shutdown'));
    await this.#until(LEARN_MS, this.#options.podsKnown);
    for (const { pods, periodMs } of planShutdown(activePods(), periods)) {
      for (const { pod, grace } of pods) {
        this.#options.condemn(uidOf(pod), VERDICT);
        this.#options.terminate(uidOf(pod), grace);
      }
      const done = await this.#until(periodMs, () => pods.every(({ pod }) => this.#options.isTerminated(uidOf(pod))));
      if (!done) log.warn({ pods: pods.length }, 'not all pods ended within their part of the shutdown');
    }
    await this.#until(REPORT_MS, this.#options.isReported);
    log.info('pods have ended for the shutdown');
  }

  async #until(ms: number, reached: () => boolean): Promise<boolean> {
    const { clock } = this.#options;
    const end = clock.now() + ms;
    while (!reached()) {
      if (clock.now() >= end) return false;
      await clock.sleep(LOOK_MS);
    }
    return true;
  }
}
