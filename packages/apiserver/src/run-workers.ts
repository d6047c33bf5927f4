import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { aborted, Backoff, type Logger } from '@coxswain/foundation';

/** Names a worker's place; the one in place 0 has the duties that only one server needs to do. */
const PLACE = 'COXSWAIN_WORKER';
const END = 'shut down';
/** More than a worker takes to shut down by itself. */
const KILL_MS = 20_000;

/** Where this process is one of several workers: its place, and a signal that aborts when the workers are to end. */
export function workerPlace(): { readonly place: number; readonly signal: AbortSignal } | undefined {
  const place = process.env[PLACE];
  if (!cluster.isWorker || place === undefined) return undefined;
  const controller = new AbortController();
  process.on('message', (message) => {
    if (message === END) controller.abort(new Error('the workers end'));
  });
  return { place: Number(place), signal: controller.signal };
}

/**
 * Runs this program `count` times over, with one port shared by all, until the signal aborts. A worker that ends is
 * started again, with back-off. At the end each gets the time to finish its requests. (`node:cluster`: this process
 * accepts the connections and hands them out in turn.)
 */
export async function runWorkers(
  count: number,
  { log, shutdownDelayMs = 0 }: { readonly log: Logger; readonly shutdownDelayMs?: number },
  signal: AbortSignal,
): Promise<void> {
  const running = new Set<Worker>();
  const keep = async (place: number): Promise<void> => {
    const backoff = new Backoff({ initial: 100, max: 10_000, jitter: 0.2 });
    while (!signal.aborted) {
      const worker = cluster.fork({ [PLACE]: String(place) });
      running.add(worker);
      const begun = performance.now();
      const [code, killedBy] = await once(worker, 'exit');
      running.delete(worker);
      if (signal.aborted) return;
      if (performance.now() - begun > 10_000) backoff.reset();
      const delay = backoff.next();
      log.error({ worker: place, code, signal: killedBy, delay }, 'worker ended; starting another');
      await sleep(delay, undefined, { signal }).catch(() => {});
    }
  };
  const kept = Array.from({ length: count }, (_, place) => keep(place));
  await aborted(signal);
  for (const worker of running) if (worker.isConnected()) worker.send(END);
  const kill = setTimeout(() => {
    for (const worker of running) worker.process.kill('SIGKILL');
  }, KILL_MS + shutdownDelayMs);
  await Promise.all(kept);
  clearTimeout(kill);
}
