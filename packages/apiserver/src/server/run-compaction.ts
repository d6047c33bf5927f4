import type { Clock, Logger } from '@coxswain/foundation';
import type { Storage } from '../storage/storage.ts';

/**
 * Forgets what is older than one interval, every interval (--etcd-compaction-interval), until the signal aborts.
 * 0 turns it off. Several apiservers may do so at once: the older request changes nothing.
 */
export async function runCompaction(
  storage: Storage,
  intervalMs: number,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  if (intervalMs <= 0) return;
  let before: number | undefined;
  while (!signal.aborted) {
    try {
      const revision = await storage.currentRevision({ signal });
      if (before !== undefined) await storage.compact(before, { signal });
      before = revision;
    } catch (err) {
      if (signal.aborted) return;
      log.warn({ err }, 'etcd not compacted');
    }
    await clock.sleep(intervalMs, signal).catch(() => {});
  }
}
