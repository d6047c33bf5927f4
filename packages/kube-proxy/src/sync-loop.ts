import { Backoff, type Clock, Histogram, type Logger, type Metrics, systemClock } from '@coxswain/foundation';
import { cleanConntrack } from './conntrack/clean-conntrack.ts';
import type { Backend, RuleSet } from './rule-set.ts';
import type { ServiceTracker } from './tracker/service-tracker.ts';

export interface SyncLoopOptions {
  readonly tracker: ServiceTracker;
  readonly backend: Backend;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock?: Clock;
  /** Milliseconds between checks that the rules are still there. */
  readonly syncPeriodMs: number;
  /** Least milliseconds between two syncs, so that bursts become one. */
  readonly minSyncPeriodMs: number;
  /** Ranges of cluster IPs, one a family. */
  readonly serviceCIDRs?: readonly string[];
  /** Called after each sync that succeeded. */
  readonly onSynced?: (ruleSet: RuleSet, state: SyncState) => void | Promise<void>;
}

export interface SyncState {
  /** The Services that may differ since the last call; undefined for all. */
  readonly changed: ReadonlySet<string> | undefined;
  /** After the first sync of all. */
  readonly first: boolean;
  /** Changes wait already. */
  readonly more: boolean;
}

/** Brings changes to the backend one sync at a time; after a failure the next sync starts from nothing. */
export class SyncLoop {
  readonly #options: SyncLoopOptions;
  readonly #duration: Histogram;
  #wake: (() => void) | undefined;
  #pending = false;
  /** When the last sync succeeded, for health. */
  lastSync = 0;

  constructor(options: SyncLoopOptions) {
    this.#options = options;
    this.#duration = new Histogram({
      name: 'kubeproxy_sync_proxy_rules_duration_seconds',
      help: 'SyncProxyRules latency in seconds',
      registers: [options.metrics],
      buckets: [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8],
    });
  }

  /** Asks for a sync soon. */
  request(): void {
    this.#pending = true;
    this.#wake?.();
  }

  async run(signal: AbortSignal): Promise<void> {
    const {
      tracker,
      backend,
      log,
      clock = systemClock,
      syncPeriodMs,
      minSyncPeriodMs,
      serviceCIDRs = [],
    } = this.#options;
    const backoff = new Backoff({ initial: 200, max: 10_000, jitter: 0.2 });
    let known = false;
    while (!signal.aborted) {
      this.#pending = false;
      const { ruleSet, changed, before } = tracker.take();
      try {
        if (!known || changed.size > 0) {
          const end = this.#duration.startTimer();
          await backend.sync(ruleSet, known ? changed : undefined, signal);
          end();
          const input = { before, ruleSet, changed: known ? changed : undefined, serviceCIDRs };
          known = true;
          const first = this.lastSync === 0;
          this.lastSync = clock.now();
          await cleanConntrack(input, log, signal);
          await this.#options.onSynced?.(ruleSet, { changed: input.changed, first, more: this.#pending });
        } else if (!(await backend.intact(signal))) {
          log.warn({ backend: backend.name }, 'the rules were removed by someone else, making them again');
          known = false;
          continue;
        }
        this.lastSync = clock.now();
        backoff.reset();
        await clock.sleep(minSyncPeriodMs, signal);
        await this.#wait(syncPeriodMs, clock, signal);
      } catch (err) {
        if (signal.aborted) return;
        known = false;
        log.error({ err, backend: backend.name }, 'syncing the rules failed');
        await clock.sleep(backoff.next(), signal).catch(() => {});
      }
    }
  }

  async #wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    if (this.#pending) return;
    const timer = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      }),
      clock.sleep(ms, AbortSignal.any([signal, timer.signal])).catch(() => {}),
    ]);
    this.#wake = undefined;
    timer.abort();
  }
}
