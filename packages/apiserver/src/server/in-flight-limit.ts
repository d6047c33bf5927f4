import { newTooManyRequests } from '@coxswain/api';

export interface InFlightLimits {
  /** --max-requests-inflight: reads at a time. */
  readonly maxReads: number;
  /** --max-mutating-requests-inflight: writes at a time. */
  readonly maxWrites: number;
}

/** The limit step: bounds how many short requests run at once. Watches and logs do not count. */
export class InFlightLimit {
  readonly #limits: InFlightLimits;
  #reads = 0;
  #writes = 0;

  constructor(limits: InFlightLimits) {
    this.#limits = limits;
  }

  get reads(): number {
    return this.#reads;
  }

  get writes(): number {
    return this.#writes;
  }

  /**
   * Takes a place; call what it returns when the request has ended.
   * @throws StatusError TooManyRequests when all places are taken
   */
  enter(writes: boolean): () => void {
    if (writes ? this.#writes >= this.#limits.maxWrites : this.#reads >= this.#limits.maxReads)
      throw newTooManyRequests('Too many requests, please try again later.', 1);
    if (writes) this.#writes++;
    else this.#reads++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      if (writes) this.#writes--;
      else this.#reads--;
    };
  }
}
