import type { Clock } from '@coxswain/foundation';
import { type Status, success, unschedulable } from './status.ts';

/** Pods that a Permit plugin holds back, until it allows or rejects them or their time is up. */
export class WaitingPods {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, (status: Status) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(uid: string): boolean {
    return this.#waiting.has(uid);
  }

  allow(uid: string): void {
    this.#waiting.get(uid)?.(success);
  }

  reject(uid: string, reason: string): void {
    this.#waiting.get(uid)?.(unschedulable(reason));
  }

  async wait(uid: string, timeoutMs: number, signal: AbortSignal): Promise<Status> {
    const ended = new AbortController();
    const answer = new Promise<Status>((resolve) => this.#waiting.set(uid, resolve));
    const stop = AbortSignal.any([signal, ended.signal]);
    const late = this.#clock.sleep(timeoutMs, stop).then(
      () => unschedulable(`timeout after waiting ${timeoutMs} ms for permission`),
      () => unschedulable('scheduler is shutting down'),
    );
    try {
      return await Promise.race([answer, late]);
    } finally {
      this.#waiting.delete(uid);
      ended.abort();
    }
  }
}
