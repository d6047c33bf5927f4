import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Pod } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import { type LogRoots, podLogDirectory } from '../container/log-paths.ts';
import { CONTAINER_NAME_LABEL, POD_UID_LABEL } from '../container/names.ts';
import { uidOf } from '../container/pod-containers.ts';
import type { PodUsage } from '../eviction/rank-pods.ts';
import type { PodPaths } from '../volumes/pod-paths.ts';

export interface MeasuredUsage extends PodUsage {
  /** Bytes in each emptyDir on disk, by volume. */
  readonly emptyDirs: ReadonlyMap<string, number>;
}

export interface PodUsageSource {
  /** By uid. Measuring disks walks folders; without `disk` those are zero. */
  measure(pods: readonly Pod[], options: { readonly disk: boolean }): Promise<ReadonlyMap<string, MeasuredUsage>>;
}

const run = promisify(execFile);

/** Bytes that a folder takes, on its own filesystem; 0 for one that isn't there. */
export async function diskUsage(path: string): Promise<number> {
  const answer = await run('du', ['-skx', path], { timeout: 30_000 }).catch((error: { stdout?: string }) => error);
  return Number(/^(\d+)/.exec(answer.stdout ?? '')?.[1] ?? 0) * 1024;
}

/** What pods use, as the runtime and their folders say. */
export function podUsageSource(options: {
  readonly cri: Pick<CriClient, 'listContainerStats' | 'listPodSandboxStats'>;
  readonly paths: PodPaths;
  readonly logs: LogRoots;
}): PodUsageSource {
  const { cri, paths, logs } = options;
  return {
    async measure(pods, { disk }) {
      const [{ stats }, sandboxes] = await Promise.all([
        cri.listContainerStats({}),
        cri.listPodSandboxStats({}).catch(() => ({ stats: [] })),
      ]);
      const processes = new Map(
        sandboxes.stats.map(({ attributes, linux }) => [
          attributes?.metadata?.uid ?? '',
          linux?.process?.processCount?.value ?? 0,
        ]),
      );
      const result = new Map<string, MeasuredUsage>();
      for (const pod of pods) {
        const uid = uidOf(pod);
        const containers = new Map<string, { memory: number; disk: number }>();
        for (const { attributes, memory, writableLayer } of stats) {
          const labels = attributes?.labels ?? {};
          if (labels[POD_UID_LABEL] !== uid) continue;
          const name = labels[CONTAINER_NAME_LABEL] ?? '';
          const logBytes = disk ? await diskUsage(`${podLogDirectory(logs, pod)}/${name}`) : 0;
          containers.set(name, {
            memory: memory?.workingSetBytes?.value ?? 0,
            disk: logBytes + (writableLayer?.usedBytes?.value ?? 0),
          });
        }
        const emptyDirs = new Map<string, number>();
        for (const { name, emptyDir } of pod.spec.volumes ?? [])
          if (disk && emptyDir && emptyDir.medium !== 'Memory')
            emptyDirs.set(name, await diskUsage(paths.volume(uid, 'empty-dir', name)));
        const sum = (pick: (each: { memory: number; disk: number }) => number) =>
          [...containers.values()].reduce((total, each) => total + pick(each), 0);
        result.set(uid, {
          memory: sum(({ memory }) => memory),
          disk: sum((each) => each.disk) + [...emptyDirs.values()].reduce((a, b) => a + b, 0),
          processes: processes.get(uid) ?? 0,
          containers,
          emptyDirs,
        });
      }
      return result;
    },
  };
}
