import type { Clock } from '@coxswain/foundation';

export interface WatchTimes {
  readonly bookmarks: boolean;
  /** Length of the watch in milliseconds; Infinity for ever. */
  readonly timeoutMs: number;
}

const BOOKMARK_EVERY_MS = 60_000;
const BOOKMARK_BEFORE_END_MS = 2_000;

/**
 * The next thing that time brings to a watch, and when (milliseconds since its start): a bookmark about once a minute,
 * one shortly before the end so that the next watch starts late, and the end. `random` is in 0..1.
 */
export function nextTick(elapsed: number, { bookmarks, timeoutMs }: WatchTimes, random: number): WatchTick {
  const last = timeoutMs - BOOKMARK_BEFORE_END_MS;
  if (!bookmarks || elapsed >= last) return { at: timeoutMs, what: 'end' };
  const regular = elapsed + BOOKMARK_EVERY_MS * (0.8 + 0.2 * random);
  return { at: Math.min(regular, last), what: 'bookmark' };
}

export interface WatchTick {
  readonly at: number;
  readonly what: 'bookmark' | 'end';
}

export interface TimedWatch {
  bookmark(): void;
  end(): void;
}

/** Sends a watch its bookmarks and its end, until the signal aborts. */
export async function runWatchTimer(
  watch: TimedWatch,
  times: WatchTimes,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  signal: AbortSignal,
): Promise<void> {
  const start = clock.now();
  for (;;) {
    const { at, what } = nextTick(clock.now() - start, times, random());
    if (at === Number.POSITIVE_INFINITY) return;
    try {
      // Timers take 31 bits.
      await clock.sleep(Math.min(Math.max(0, start + at - clock.now()), 2 ** 31 - 1), signal);
    } catch {
      return;
    }
    if (what === 'end') {
      watch.end();
      return;
    }
    watch.bookmark();
  }
}
