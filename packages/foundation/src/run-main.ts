import { UsageError } from './flags.ts';
import type { Logger } from './logger.ts';

/**
 * The shell around a component's `main.ts`: SIGTERM and SIGINT abort the signal, a second one exits at once.
 * Exits 0 when `run` returns, 2 on a `UsageError` (one line on stderr), 1 on anything else (logged).
 */
export async function runMain(log: Logger | undefined, run: (signal: AbortSignal) => Promise<void>): Promise<never> {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(new Error(`received ${name}`));
    });
  }
  try {
    await run(controller.signal);
    process.exit(0);
  } catch (err) {
    if (err instanceof UsageError) {
      process.stderr.write(`${err.message}\n`);
      process.exit(2);
    }
    if (controller.signal.aborted) process.exit(0);
    if (log) log.error({ err }, 'stopped on an error');
    else process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`);
    process.exit(1);
  }
}
