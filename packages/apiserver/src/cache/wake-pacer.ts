/** Pause after a round, for each reader that it woke: about what writing to one costs. */
const PAUSE_MS_A_READER = 0.02;
/** No event waits longer than this for the sake of batching. */
const LONGEST_PAUSE_MS = 5;

/**
 * Wakes readers in rounds. A round that woke many is followed by a pause as long as its work takes, so that other
 * requests get their turn and what happens meanwhile reaches each reader in one write instead of several. With few
 * readers there is no pause worth the name.
 */
export class WakePacer {
  #waiting: (() => void)[] = [];
  #scheduled = false;
  #notBefore = 0;

  /** `wake` is called once, soon. */
  add(wake: () => void): void {
    this.#waiting.push(wake);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const pause = this.#notBefore - performance.now();
    if (pause < 1) setImmediate(() => this.#round());
    else setTimeout(() => this.#round(), pause);
  }

  #round(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#scheduled = false;
    for (const wake of waiting) wake();
    this.#notBefore = performance.now() + Math.min(LONGEST_PAUSE_MS, waiting.length * PAUSE_MS_A_READER);
  }
}
