import {
  type CpuUsage,
  type CriClient,
  type FilesystemUsage,
  type MemoryUsage,
  type NetworkUsage,
  nanosToMs,
} from '@coxswain/cri';
import { CONTAINER_NAME_LABEL, POD_NAME_LABEL, POD_NAMESPACE_LABEL, POD_UID_LABEL } from '../container/names.ts';
import type { MachineInfo } from '../node/machine-info.ts';
import { toApiTime } from '../status/time.ts';
import { ephemeralStorageOf, filesystem, logsOf, volumesOf } from './disk-summary.ts';
import type { DiskUsage } from './disk-usage.ts';
import type { FilesystemStats, NodeStatsSource } from './node-stats.ts';

/** The kubelet's `/stats/summary`: the node, and its pods with their containers, network, processes and volumes. */
export async function summary(parts: {
  readonly nodeName: string;
  readonly machine: MachineInfo;
  readonly cri: CriClient;
  readonly stats: NodeStatsSource;
  readonly disks: DiskUsage;
}): Promise<object> {
  const { cri, nodeName, machine, disks } = parts;
  const disksOf = disks.pods;
  const [{ stats: sandboxes }, { stats: containers }, node] = await Promise.all([
    cri.listPodSandboxStats({}),
    cri.listContainerStats({}),
    parts.stats(),
  ]);
  const time = toApiTime(Date.now());
  const pods = sandboxes
    .filter(({ attributes }) => attributes?.labels[POD_UID_LABEL] !== undefined)
    .map(({ attributes, linux }) => {
      const labels = attributes?.labels ?? {};
      const uid = labels[POD_UID_LABEL] ?? '';
      const own = containers.filter((each) => each.attributes?.labels[POD_UID_LABEL] === uid);
      const podRef = { name: labels[POD_NAME_LABEL] ?? '', namespace: labels[POD_NAMESPACE_LABEL] ?? '', uid };
      const disk = disksOf.get(uid);
      return {
        podRef,
        containers: own.map((each) => {
          const name = each.attributes?.labels[CONTAINER_NAME_LABEL] ?? '';
          return {
            name,
            ...cpuOf(each.cpu),
            ...memoryOf(each.memory),
            ...rootfsOf(each.writableLayer, node.imagefs),
            ...logsOf(disks.of(disk?.logs.get(name) ?? '')),
          };
        }),
        ...(disk ? volumesOf(podRef.namespace, disk, disks) : {}),
        ...ephemeralStorageOf(own, disk, disks, node.nodefs),
        ...cpuOf(linux?.cpu),
        ...memoryOf(linux?.memory),
        ...networkOf(linux?.network),
        ...(linux?.process?.processCount ? { process_stats: { process_count: linux.process.processCount.value } } : {}),
      };
    });
  const { memory, cpuNanos, nodefs, imagefs, imageBytes, processes, maxProcesses } = node;
  return {
    node: {
      nodeName,
      ...(cpuNanos === undefined ? {} : { cpu: { time, usageCoreNanoSeconds: cpuNanos } }),
      ...(memory
        ? {
            memory: {
              time,
              availableBytes: Math.max(0, machine.memory - memory.workingSet),
              usageBytes: memory.usage,
              workingSetBytes: memory.workingSet,
              rssBytes: memory.rss,
            },
          }
        : {}),
      ...(nodefs ? { fs: filesystem(nodefs, time, nodefs.used) } : {}),
      ...(imagefs ? { runtime: { imageFs: filesystem(imagefs, time, imageBytes) } } : {}),
      ...(processes === undefined ? {} : { rlimit: { time, maxpid: maxProcesses, curproc: processes } }),
    },
    pods,
  };
}

/** What the container wrote into its own layer, on the filesystem of the images. */
function rootfsOf(layer: FilesystemUsage | undefined, imagefs: FilesystemStats | undefined): object {
  if (!layer) return {};
  return {
    rootfs: {
      time: toApiTime(nanosToMs(layer.timestamp)),
      availableBytes: imagefs?.available,
      capacityBytes: imagefs?.capacity,
      usedBytes: layer.usedBytes?.value,
    },
  };
}

function cpuOf(cpu: CpuUsage | undefined): object {
  if (!cpu) return {};
  const { timestamp, usageNanoCores, usageCoreNanoSeconds } = cpu;
  return {
    cpu: {
      time: toApiTime(nanosToMs(timestamp)),
      usageNanoCores: usageNanoCores?.value,
      usageCoreNanoSeconds: usageCoreNanoSeconds?.value,
    },
  };
}

function memoryOf(memory: MemoryUsage | undefined): object {
  if (!memory) return {};
  return {
    memory: {
      time: toApiTime(nanosToMs(memory.timestamp)),
      availableBytes: memory.availableBytes?.value,
      usageBytes: memory.usageBytes?.value,
      workingSetBytes: memory.workingSetBytes?.value,
      rssBytes: memory.rssBytes?.value,
      pageFaults: memory.pageFaults?.value,
      majorPageFaults: memory.majorPageFaults?.value,
    },
  };
}

function networkOf(network: NetworkUsage | undefined): object {
  if (!network) return {};
  const one = (each: NetworkUsage['interfaces'][number]) => ({
    name: each.name,
    rxBytes: each.rxBytes?.value,
    rxErrors: each.rxErrors?.value,
    txBytes: each.txBytes?.value,
    txErrors: each.txErrors?.value,
  });
  const main = network.defaultInterface;
  const interfaces = [...(main ? [main] : []), ...network.interfaces].map(one);
  return { network: { time: toApiTime(nanosToMs(network.timestamp)), ...(main ? one(main) : {}), interfaces } };
}
