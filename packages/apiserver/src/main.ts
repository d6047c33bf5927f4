import { createLogger, parseFlags, runMain, UsageError } from '@coxswain/foundation';
import { FLAGS, optionsOf } from './flags.ts';
import { runApiserver } from './run-apiserver.ts';
import { runWorkers, workerPlace } from './run-workers.ts';

const log = createLogger({ component: 'apiserver' });

// Small buffers are cut from slabs of this size, and one that lives long (a connection's, a watcher's frame) keeps its
// slab: with node's 64 kB that was a fifth of what a busy server held.
Buffer.poolSize = 8 * 1024;

await runMain(log, async (signal) => {
  const { flags, args } = parseFlags(FLAGS, process.argv.slice(2));
  if (args.length > 0) throw new UsageError(`unexpected argument: ${args[0]}`);
  const { workers } = flags;
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) throw new UsageError('--workers: 1 to 64');
  const options = optionsOf(flags, log);
  const worker = workerPlace();
  if (worker) {
    const share = (all: number) => Math.max(1, Math.ceil(all / workers));
    const own = {
      ...options,
      maxRequestsInflight: share(options.maxRequestsInflight),
      maxMutatingRequestsInflight: share(options.maxMutatingRequestsInflight),
      duties: worker.place === 0,
    };
    await runApiserver(own, AbortSignal.any([signal, worker.signal]));
  } else if (workers > 1)
    await runWorkers(workers, { log, shutdownDelayMs: options.shutdownDelayDuration ?? 0 }, signal);
  else await runApiserver(options, signal);
});
