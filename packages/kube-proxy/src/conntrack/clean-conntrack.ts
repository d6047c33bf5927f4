import { CommandError, type Logger, runCommand } from '@coxswain/foundation';

/** Runs the deletions one after another. That none matched is fine; other failures are logged, since traffic heals by itself. */
export async function cleanConntrack(commands: readonly string[][], log: Logger, signal: AbortSignal): Promise<void> {
  for (const args of commands) {
    try {
      await runCommand('conntrack', args, { signal, timeoutMs: 10_000 });
    } catch (err) {
      if (err instanceof CommandError && err.message.includes('0 flow entries have been deleted')) continue;
      log.warn({ err, args }, 'stale conntrack entries were not removed');
    }
  }
}
