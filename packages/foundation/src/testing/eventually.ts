export interface EventuallyOptions {
  /** Longest wait in milliseconds; 30 s unless given: a loaded machine is no failure. */
  readonly timeout?: number;
  /** Pause between tries in milliseconds; 20 unless given. */
  readonly interval?: number;
}

/** Calls `probe` until it neither throws nor returns false, and returns its value; throws the last error after `timeout`. */
export async function eventually<T>(probe: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeout = 30_000, interval = 20 } = options;
  const end = Date.now() + timeout;
  for (;;) {
    let failure: unknown;
    try {
      const value = await probe();
      if (value !== false) return value;
      failure = new Error(`condition not met: ${probe.toString().slice(0, 200)}`);
    } catch (error) {
      failure = error;
    }
    if (Date.now() >= end) throw failure;
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
