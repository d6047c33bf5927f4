export interface SlowStartResult {
  readonly succeeded: number;
  /** Calls that were never made, since a batch before them failed. */
  readonly skipped: number;
  readonly errors: readonly unknown[];
}

/**
 * Calls `call` `count` times in batches of 1, 2, 4, …, stopping after the first batch with a failure, so that a
 * mistake every call would share (quota, admission) costs few requests.
 */
export async function slowStart(count: number, call: (index: number) => Promise<void>): Promise<SlowStartResult> {
  let started = 0;
  let succeeded = 0;
  const errors: unknown[] = [];
  for (let batch = 1; started < count && errors.length === 0; batch *= 2) {
    const size = Math.min(batch, count - started);
    const results = await Promise.allSettled(Array.from({ length: size }, (_, i) => call(started + i)));
    started += size;
    for (const result of results) {
      if (result.status === 'fulfilled') succeeded++;
      else errors.push(result.reason);
    }
  }
  return { succeeded, skipped: count - started, errors };
}
