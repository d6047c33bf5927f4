import { type Clock, childController, type Logger, systemClock } from '@coxswain/foundation';
import type { ApiClient } from '../api-client.ts';
import { LeaderElector } from './leader-elector.ts';

export interface LeaderElectionOptions {
  readonly client: ApiClient;
  /** Of the Lease; upstream's `kube-system`. */
  readonly namespace: string;
  /** Of the Lease, such as `kube-scheduler`. */
  readonly name: string;
  /** Unique to this process: `<host>_<uuid>`. */
  readonly identity: string;
  /** How long others wait after the last renewal they saw; 10 s unless given. */
  readonly leaseDurationMs?: number;
  /** How long a leader tries to renew before it steps down; 7 s unless given. */
  readonly renewDeadlineMs?: number;
  /** Pause between tries; 1.5 s unless given. */
  readonly retryPeriodMs?: number;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Told when this process becomes the leader and when it stops to be. */
  readonly onChange?: (leading: boolean) => void;
  readonly random?: () => number;
}

/**
 * Calls `run` while this process holds the Lease. When it can't renew in time, the signal given to `run` aborts, and after
 * `run` has ended it stands for election again, so `run` must be able to begin anew. Resolves when `signal` aborts (the
 * Lease is released) or when `run` returns by itself while leading; rejects when `run` rejects while leading.
 */
export async function runWithLeaderElection(
  options: LeaderElectionOptions,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { client, namespace, name, identity, log, clock = systemClock, onChange, random = Math.random } = options;
  const { leaseDurationMs = 10_000, renewDeadlineMs = 7_000, retryPeriodMs = 1_500 } = options;
  if (!(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > retryPeriodMs))
    throw new Error('leader election needs lease duration > renew deadline > retry period');
  const elector = new LeaderElector({ client, namespace, name, identity, leaseDurationMs, renewDeadlineMs, clock });
  const lease = `${namespace}/${name}`;

  while (!signal.aborted) {
    if (!(await campaign())) return;
    log.info({ lease, identity }, 'successfully acquired lease');
    onChange?.(true);
    const term = childController(signal);
    let ended = false;
    const running = run(term.signal).finally(() => {
      ended = true;
      term.abort();
    });
    running.catch(() => {});
    await renew(term.signal);
    term.abort(new Error('leaderelection lost'));
    try {
      if (signal.aborted) await running.catch(() => {});
      else if (ended) return await running;
      else await running.catch((err) => log.error({ err }, 'failed while stepping down'));
    } finally {
      onChange?.(false);
      await elector.release();
    }
  }

  /** Until we hold the lease (true) or the signal aborts (false). */
  async function campaign(): Promise<boolean> {
    let rival = '';
    while (!signal.aborted) {
      try {
        if (await elector.tryAcquireOrRenew(signal)) return true;
        if (elector.holder !== rival) {
          rival = elector.holder;
          if (rival !== '') log.info({ lease, leader: rival }, 'new leader elected');
        }
      } catch (error) {
        if (!signal.aborted) log.warn({ lease, reason: (error as Error).message }, 'error retrieving resource lock');
      }
      await clock.sleep(pauseMs(), signal).catch(() => {});
    }
    return false;
  }

  /** A try a period, jittered, and one at the moment when a silent leader's lease runs out. */
  function pauseMs(): number {
    const pause = retryPeriodMs * (1 + 1.2 * random());
    return elector.heldForMs > 0 ? Math.min(pause, elector.heldForMs) : pause;
  }

  /** Returns when the lease is lost or the term ends otherwise. */
  async function renew(term: AbortSignal): Promise<void> {
    let renewedAt = clock.now();
    while (!term.aborted) {
      await clock.sleep(retryPeriodMs, term).catch(() => {});
      if (term.aborted) return;
      const deadline = childController(term);
      const left = renewedAt + renewDeadlineMs - clock.now();
      clock.sleep(Math.max(0, left), deadline.signal).then(
        () => deadline.abort(new Error('renew deadline passed')),
        () => {},
      );
      try {
        if (await elector.tryAcquireOrRenew(deadline.signal)) renewedAt = clock.now();
        else if (elector.holder !== '' && elector.holder !== identity) renewedAt = -Infinity;
      } catch (error) {
        if (!term.aborted) log.warn({ lease, reason: (error as Error).message }, 'failed to renew lease');
      } finally {
        deadline.abort();
      }
      if (clock.now() - renewedAt < renewDeadlineMs) continue;
      log.error({ lease, identity }, 'leaderelection lost');
      return;
    }
  }
}
