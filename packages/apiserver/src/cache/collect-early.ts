import { getHeapStatistics } from 'node:v8';
import type { Clock } from '@coxswain/foundation';

export interface EarlyCollection {
  readonly clock: Clock;
  /** Bytes that objects hold, garbage included, in V8's heap and outside. */
  readonly held: () => number;
  /** Collects what was made lately, or everything. */
  readonly collect: (what: 'young' | 'all') => void;
}

const INTERVAL_MS = 1000;
/** A whole collection takes 10 to 50 ms: it has to be worth that. */
const GROWTH_BYTES = 32 << 20;

/**
 * Objects' bytes lie outside V8's heap, which is small, so that V8 waits until 64 MB of them are garbage; by then malloc
 * has them scattered over twice the memory that is needed, and does not give it back. This looks every second and
 * collects when so much came that a good part may be garbage. Never rejects.
 */
export async function collectEarly({ clock, held, collect }: EarlyCollection, signal: AbortSignal): Promise<void> {
  let least = held();
  const grown = () => held() - least >= GROWTH_BYTES;
  while (!signal.aborted) {
    await clock.sleep(INTERVAL_MS, signal).catch(() => {});
    // What V8 collects by itself, or what is deleted, lowers the mark.
    least = Math.min(least, held());
    if (!grown()) continue;
    collect('young');
    if (!grown()) continue;
    collect('all');
    least = held();
  }
}

/** The process's own; undefined unless node runs with --expose-gc. */
export function ownCollection(clock: Clock): EarlyCollection | undefined {
  const { gc } = globalThis;
  if (!gc) return undefined;
  const collect = (type: 'minor' | 'major') => void gc({ type, execution: 'sync' });
  return {
    clock,
    held() {
      const { external_memory, used_heap_size } = getHeapStatistics();
      return external_memory + used_heap_size;
    },
    collect(what) {
      collect(what === 'young' ? 'minor' : 'major');
      // Buffers are freed beside the program, and counted as free by the next collection.
      collect('minor');
    },
  };
}
