import type { Probe } from '@coxswain/api';
import { type Clock, childController } from '@coxswain/foundation';
import { errorText } from '../container/error-text.ts';
import type { ProbeResult } from './http-probe.ts';
import { type ProbeContext, runProbe } from './run-probe.ts';

export type Verdict = 'success' | 'failure' | 'unknown';

export interface ProbeLoopOptions {
  readonly probe: Probe;
  readonly initial: Verdict;
  /** Ends the loop: a liveness failure is final for this container, and so is any startup verdict. */
  readonly stopOn: 'failure' | 'any' | undefined;
  readonly context: () => ProbeContext;
  /** When the container started, milliseconds since the epoch. */
  readonly startedAt: number;
  /** Resolves when the startup probe has passed. */
  readonly waitFor: Promise<void> | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onChange: () => void;
  /** After each probe; `seconds` is what it took. */
  readonly onResult?: ((outcome: 'success' | 'warning' | 'failure', seconds: number) => void) | undefined;
  readonly onFailure: (output: string, outcome: 'failure' | 'warning' | 'unknown') => void;
}

/** A probe that can't be run is tried this often before it counts as such. */
const TRIES = 3;

/** Probes one container id until it is stopped, counting thresholds as upstream does. */
export class ProbeLoop {
  /** Resolves when the verdict becomes success; never rejects. */
  readonly passed: Promise<void>;
  readonly #options: ProbeLoopOptions;
  readonly #stop: AbortController;
  #verdict: Verdict;
  #resolvePassed: () => void = () => {};

  constructor(options: ProbeLoopOptions, signal: AbortSignal) {
    this.#options = options;
    this.#verdict = options.initial;
    this.#stop = childController(signal);
    this.passed = new Promise((resolve) => {
      this.#resolvePassed = resolve;
    });
    if (options.initial === 'success') this.#resolvePassed();
    if (options.initial === 'success' && options.stopOn === 'any') return;
    void this.#run(this.#stop.signal).catch(() => {});
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { probe, clock, startedAt, waitFor, random, stopOn, onFailure } = this.#options;
    const periodMs = (probe.periodSeconds || 10) * 1000;
    const initialMs = (probe.initialDelaySeconds ?? 0) * 1000;
    const age = clock.now() - startedAt;
    if (age < initialMs) await clock.sleep(initialMs - age, signal);
    else if (age > periodMs && initialMs + periodMs < age)
      await clock.sleep(random() * Math.min(periodMs, 1000), signal);
    if (waitFor) await waitFor;
    let run = 0;
    let last: Verdict = 'unknown';
    while (!signal.aborted) {
      const began = clock.now();
      const result = await this.#try(signal);
      signal.throwIfAborted();
      if (result.outcome === 'unknown') onFailure(result.output, 'unknown');
      else this.#options.onResult?.(result.outcome, (clock.now() - began) / 1000);
      if (result.outcome !== 'unknown') {
        const now: Verdict = result.outcome === 'failure' ? 'failure' : 'success';
        if (result.outcome !== 'success') onFailure(result.output, result.outcome);
        run = now === last ? run + 1 : 1;
        last = now;
        const threshold = now === 'failure' ? (probe.failureThreshold ?? 3) : (probe.successThreshold ?? 1);
        if (run >= threshold) this.#conclude(now);
        if (run >= threshold && (stopOn === 'any' || stopOn === now)) return;
      }
      await clock.sleep(periodMs, signal);
    }
  }

  async #try(signal: AbortSignal): Promise<ProbeResult | { readonly outcome: 'unknown'; readonly output: string }> {
    for (let tries = 1; ; tries++) {
      try {
        return await runProbe(this.#options.probe, this.#options.context(), signal);
      } catch (error) {
        signal.throwIfAborted();
        if (tries === TRIES) return { outcome: 'unknown', output: errorText(error) };
      }
    }
  }

  #conclude(verdict: Verdict): void {
    if (this.#verdict === verdict) return;
    this.#verdict = verdict;
    if (verdict === 'success') this.#resolvePassed();
    this.#options.onChange();
  }
}
