import { readdir, readlink, rm } from 'node:fs/promises';
import type { CriClient } from '@coxswain/cri';
import type { Logger } from '@coxswain/foundation';
import type { CgroupManager } from '../cgroups/cgroup-manager.ts';
import type { ContainerManagerOptions } from '../container/container-manager-options.ts';
import { fetchRuntimeStatus } from '../container/fetch-runtime-status.ts';
import { killPod } from '../container/kill-pod.ts';
import { uidOfLogDirectory } from '../container/log-paths.ts';
import type { Pleg } from '../pleg/pleg.ts';
import type { PodWorkers } from '../pod-workers/pod-workers.ts';
import { removePodTraces } from '../pod-workers/remove-pod-traces.ts';
import type { VolumeManager } from '../volumes/volume-manager.ts';

export interface HousekeepingOptions {
  readonly cri: CriClient;
  readonly workers: PodWorkers;
  readonly pleg: Pleg;
  readonly containers: ContainerManagerOptions;
  readonly volumes: VolumeManager;
  readonly log: Logger;
  readonly cgroups?: CgroupManager | undefined;
}

/**
 * Ends and removes what pods left behind that are gone from the API: sandboxes with their containers, folders, mounts
 * and logs. To be called only when all pods of the node are known.
 */
export async function cleanUpOrphans(options: HousekeepingOptions, signal: AbortSignal): Promise<void> {
  const { cri, workers, pleg, containers, volumes, log } = options;
  if (pleg.listedAt === 0) return;
  const running = pleg.uids;
  const { logs } = containers.sandbox;
  // One that can't be cleaned up after, for now or ever, leaves the others to be.
  const of = (uid: string, step: () => Promise<unknown>) =>
    step().catch((err) => {
      if (!signal.aborted) log.warn({ err, uid }, 'failed to clean up after a pod that is gone');
    });
  const isGone = (uid: string) => !workers.has(uid) && !running.has(uid);
  await Promise.all(
    [...running]
      .filter((uid) => !workers.has(uid))
      .map((uid) =>
        of(uid, async () => {
          log.info({ uid }, 'removing containers of a pod that is gone');
          await killPod(containers, await fetchRuntimeStatus(cri, uid), { pod: undefined, signal });
          await removePodTraces(cri, logs, uid);
          await volumes.removeFolder(uid);
        }),
      ),
  );
  for (const uid of await volumes.present()) if (isGone(uid)) await of(uid, () => volumes.removeFolder(uid));
  for (const uid of (await options.cgroups?.present()) ?? [])
    if (isGone(uid)) await of(uid, async () => options.cgroups?.remove(uid));
  for (const name of await readdir(logs.pods).catch(() => [])) {
    const uid = uidOfLogDirectory(name);
    if (uid !== undefined && isGone(uid)) await of(uid, () => removePodTraces(cri, logs, uid));
  }
  await removeDeadLinks(logs.containers);
}

async function removeDeadLinks(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${name}`).catch(() => undefined);
    if (target === undefined) continue;
    const parent = target.slice(0, target.lastIndexOf('/'));
    if (!(await readdir(parent).catch(() => undefined))) await rm(`${folder}/${name}`, { force: true });
  }
}
