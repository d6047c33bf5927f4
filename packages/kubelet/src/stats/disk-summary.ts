import type { ContainerStats } from '@coxswain/cri';
import { toApiTime } from '../status/time.ts';
import type { DiskUsage, DiskUse, PodDisks } from './disk-usage.ts';
import type { FilesystemStats } from './node-stats.ts';

/** One `FsStats` of the summary. */
export function filesystem(
  fs: FilesystemStats,
  time: string,
  usedBytes: number,
  inodesUsed = fs.inodes - fs.inodesFree,
) {
  return {
    time,
    availableBytes: fs.available,
    capacityBytes: fs.capacity,
    usedBytes,
    inodesFree: fs.inodesFree,
    inodes: fs.inodes,
    inodesUsed,
  };
}

const measured = (use: DiskUse) => filesystem(use, toApiTime(use.at), use.used, use.inodesUsed);

export function logsOf(use: DiskUse | undefined): object {
  return use ? { logs: measured(use) } : {};
}

/** The pod's volumes that were measured. */
export function volumesOf(namespace: string, { volumes }: PodDisks, disks: DiskUsage): object {
  const volume = volumes.flatMap(({ name, path, claim }) => {
    const use = disks.of(path);
    if (!use) return [];
    return [{ ...measured(use), name, ...(claim === undefined ? {} : { pvcRef: { name: claim, namespace } }) }];
  });
  return volume.length === 0 ? {} : { volume };
}

/** What the pod takes of the node's own disk: its containers' layers and logs, and volumes that end with it. */
export function ephemeralStorageOf(
  containers: readonly ContainerStats[],
  pod: PodDisks | undefined,
  disks: DiskUsage,
  nodefs: FilesystemStats | undefined,
): object {
  if (!pod || !nodefs) return {};
  const paths = [...pod.logs.values(), ...pod.volumes.filter(({ scratch }) => scratch).map(({ path }) => path)];
  const uses = paths.map((path) => disks.of(path)).filter((use) => use !== undefined);
  const layers = containers.map(({ writableLayer }) => ({
    used: writableLayer?.usedBytes?.value ?? 0,
    inodesUsed: writableLayer?.inodesUsed?.value ?? 0,
  }));
  const sum = (of: 'used' | 'inodesUsed') => [...layers, ...uses].reduce((total, each) => total + each[of], 0);
  return { 'ephemeral-storage': filesystem(nodefs, toApiTime(Date.now()), sum('used'), sum('inodesUsed')) };
}
