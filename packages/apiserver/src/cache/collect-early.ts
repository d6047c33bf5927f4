import { getHeapStatistics } from 'node:v8';
import type { Clock } from '@coxswain/foundation';

export interface EarlyCollection {
  readonly clock: Clock;
  /** Bytes outside V8's heap that its objects hold. */
  readonly external: () => number;
  /** Collects what was made lately, or everything. */
  readonly collect: (what: 'young' | 'all') => void;
}

const INTERVAL_MS = 1000;
/** A collection takes about 30 ms: it has to be worth that. */
const GROWTH_BYTES = 24 << 20;

/**
 * Objects' bytes lie outside V8's heap, which is small, so that V8 waits until 64 MB of them are garbage; by then malloc
 * has them scattered over twice the memory that is needed, and does not give it back. This looks every second and
 * collects when so much came that a good part may be garbage. Never rejects.
 */
export async function collectEarly({ clock, external, collect }: EarlyCollection, signal: AbortSignal): Promise<void> {
  let least = external();
  while (!signal.aborted) {
    await clock.sleep(INTERVAL_MS, signal).catch(() => {});
    // What V8 collects by itself, or what is deleted, lowers the mark.
    least = Math.min(least, external());
    if (external() - least < GROWTH_BYTES) continue;
    collect('young');
    if (external() - least < GROWTH_BYTES) continue;
    collect('all');
    least = external();
  }
}

/** The process's own; undefined unless node runs with --expose-gc. */
export function ownCollection(clock: Clock): EarlyCollection | undefined {
  const { gc } = globalThis;
  if (!gc) return undefined;
  return {
    clock,
    external: () => getHeapStatistics().external_memory,
    collect: (what) => void gc({ type: what === 'young' ? 'minor' : 'major', execution: 'sync' }),
  };
}
