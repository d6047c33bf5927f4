import assert from 'node:assert/strict';
import { it } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { buildPod } from '../testing/build-pod.ts';
import { type PodSyncer, PodWorkers, type SyncOutcome } from './pod-workers.ts';

function setUp(change: Partial<PodSyncer> = {}) {
  const clock = new FakeClock();
  const steps: string[] = [];
  const note = async (step: string) => void steps.push(step);
  const syncer: PodSyncer = {
    async syncPod(pod): Promise<SyncOutcome> {
      steps.push(`sync ${pod.metadata.labels?.['v'] ?? ''}`.trim());
      return { terminal: false };
    },
    syncTerminatingPod: (_pod, grace) => note(`terminating ${grace ?? ''}`.trim()),
    syncTerminatedPod: () => note('terminated'),
    removePod: () => note('removed'),
    ...change,
  };
  const workers = new PodWorkers({ syncer, clock, log: silentLogger(), random: () => 0 }, new AbortController().signal);
  const settled = (want: string[]) => eventually(() => assert.deepEqual(steps, want));
  return { clock, steps, workers, settled };
}

const uid = 'u';
const version = (v: string, more: object = {}) => buildPod('p', {}, { uid, labels: { v }, ...more });

it('acts on the newest version only', async () => {
  const seen: string[] = [];
  let release = () => {};
  const { workers } = setUp({
    syncPod: async ({ metadata }) => {
      seen.push(metadata.labels?.['v'] ?? '');
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { terminal: false };
    },
  });
  workers.update(version('1'));
  await eventually(() => seen.length === 1);
  workers.update(version('2'));
  workers.update(version('3'));
  release();
  await eventually(() => assert.deepEqual(seen, ['1', '3']));
});

it('leads a deleted pod through to its removal', async () => {
  const { workers, settled } = setUp();
  workers.update(version('1'));
  await settled(['sync 1']);
  workers.update(version('2', { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 5 }));
  await settled(['sync 1', 'terminating 5', 'terminated']);
  workers.remove(uid);
  await settled(['sync 1', 'terminating 5', 'terminated', 'terminated', 'removed']);
  await eventually(() => assert.equal(workers.has(uid), false));
});

it('ends a pod that is gone from the API at once', async () => {
  const { workers, settled } = setUp();
  workers.update(version('1'));
  await settled(['sync 1']);
  workers.remove(uid);
  await settled(['sync 1', 'terminating', 'terminated', 'removed']);
});

it('interrupts a sync when the pod is to end', async () => {
  const { workers, settled, steps } = setUp({
    syncPod: (_pod, signal) =>
      new Promise((_, reject) => {
        steps.push('sync');
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  });
  workers.update(version('1'));
  await settled(['sync']);
  workers.update(version('1', { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 30 }));
  await settled(['sync', 'terminating 30', 'terminated']);
});

it('stops sooner when the grace is shortened, never later', async () => {
  const graces: (number | undefined)[] = [];
  const { workers } = setUp({
    syncTerminatingPod: (_pod, grace, signal) => {
      graces.push(grace);
      if (grace === 1) return Promise.resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  });
  const deleted = (deletionGracePeriodSeconds: number) =>
    version('1', { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds });
  workers.update(deleted(30));
  await eventually(() => graces.length === 1);
  workers.update(deleted(60));
  workers.update(deleted(1));
  await eventually(() => assert.deepEqual(graces, [30, 1]));
});

it('tries again with back-off what failed', async () => {
  let failures = 0;
  const { workers, clock } = setUp({
    async syncPod() {
      failures++;
      throw new Error('no');
    },
  });
  workers.update(version('1'));
  await eventually(() => failures === 1 && clock.sleeping === 1);
  await clock.advance(600);
  await eventually(() => failures === 2 && clock.sleeping === 1);
  await clock.advance(600);
  assert.equal(failures, 2);
  await clock.advance(600);
  await eventually(() => failures === 3);
});

it('looks again when asked to, and after a minute anyhow', async () => {
  const { workers, settled, clock } = setUp();
  workers.update(version('1'));
  await settled(['sync 1']);
  workers.wake(uid);
  await settled(['sync 1', 'sync 1']);
  await eventually(() => clock.sleeping === 1);
  await clock.advance(60_000);
  await settled(['sync 1', 'sync 1', 'sync 1']);
});

it('leaves out a sync for what the runtime told before it was read', async () => {
  for (const reads of [true, false]) {
    let syncs = 0;
    const { workers } = setUp({
      syncPod: async (_pod, _signal, caughtUp) => {
        syncs++;
        if (syncs === 1) workers.stir(uid);
        if (reads) caughtUp();
        return { terminal: false };
      },
    });
    workers.update(version('1'));
    await eventually(() => assert.equal(syncs, reads ? 1 : 2));
    workers.stir(uid);
    await eventually(() => assert.equal(syncs, reads ? 2 : 3));
  }
});
