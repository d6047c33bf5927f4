import { type NodeCondition, type NodeStatus, parseQuantity, Quantity } from '@coxswain/api';
import type { Image, RuntimeHandler, VersionResponse } from '@coxswain/cri';
import { toApiTime } from '../status/time.ts';
import type { MachineInfo } from './machine-info.ts';

export const KUBELET_VERSION = 'v1.36.0+coxswain';

export interface NodeSettings {
  readonly nodeName: string;
  readonly nodeIPs: readonly string[];
  readonly port: number;
  readonly maxPods: number;
  readonly kubeReserved: Readonly<Record<string, string>>;
  readonly systemReserved: Readonly<Record<string, string>>;
}

export interface NodeStatusInput {
  readonly settings: NodeSettings;
  readonly machine: MachineInfo;
  readonly version: VersionResponse | undefined;
  readonly runtimeHandlers: readonly RuntimeHandler[];
  readonly images: readonly Image[];
  /** Why the node isn't ready; empty when it is. */
  readonly problems: readonly string[];
  /** What the API has. */
  readonly old: NodeStatus;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const MAX_IMAGES = 50;
const MAX_NAMES = 5;
/** Kept free of pods, as upstream's default eviction thresholds: 100Mi of memory, a tenth of the disk. */
const EVICTION_MEMORY = 100 * 2 ** 20;
const EVICTION_DISK = 0.1;

export function computeNodeStatus(input: NodeStatusInput): NodeStatus {
  const { settings, machine, version, now, old } = input;
  const { capacity, allocatable } = computeResources(settings, machine);
  return {
    capacity,
    allocatable,
    addresses: [
      ...settings.nodeIPs.map((address) => ({ type: 'InternalIP', address })),
      { type: 'Hostname', address: settings.nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: settings.port } },
    nodeInfo: {
      machineID: machine.machineID,
      systemUUID: machine.systemUUID,
      bootID: machine.bootID,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: version
        ? `${version.runtimeName}://${version.runtimeVersion}`
        : (old.nodeInfo?.containerRuntimeVersion ?? 'unknown://'),
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: machine.architecture,
      ...(machine.swap > 0 ? { swap: { capacity: machine.swap } } : {}),
    },
    images: computeImages(input.images),
    conditions: computeConditions(input.problems, old.conditions ?? [], now),
    ...(input.runtimeHandlers.length > 0
      ? {
          runtimeHandlers: input.runtimeHandlers.map(({ name, features }) => ({
            name,
            ...(features ? { features: { ...features } } : {}),
          })),
        }
      : {}),
  };
}

export function computeResources(
  settings: Pick<NodeSettings, 'maxPods' | 'kubeReserved' | 'systemReserved'>,
  machine: Pick<MachineInfo, 'cpus' | 'memory' | 'ephemeralStorage'>,
): { capacity: Record<string, string>; allocatable: Record<string, string> } {
  const bytes = (value: number) => Quantity.of(Math.floor(value), 'BinarySI').toString();
  const capacity: Record<string, string> = {
    cpu: String(machine.cpus),
    memory: bytes(machine.memory),
    'ephemeral-storage': bytes(machine.ephemeralStorage),
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    pods: String(settings.maxPods),
  };
  const reserved = (name: string) =>
    [settings.kubeReserved[name], settings.systemReserved[name]]
      .filter((text) => text !== undefined)
      .reduce((sum, text) => sum + parseQuantity(text).toNumber(), 0);
  const cpu = Math.max(0, Math.round((machine.cpus - reserved('cpu')) * 1000));
  return {
    capacity,
    allocatable: {
      ...capacity,
      cpu: Quantity.ofMilli(cpu).toString(),
      memory: bytes(Math.max(0, machine.memory - reserved('memory') - EVICTION_MEMORY)),
      'ephemeral-storage': String(
        Math.max(0, Math.floor(machine.ephemeralStorage * (1 - EVICTION_DISK) - reserved('ephemeral-storage'))),
      ),
    },
  };
}

function computeConditions(problems: readonly string[], old: readonly NodeCondition[], now: number): NodeCondition[] {
  const good = (type: string, reason: string, message: string) => ({ type, status: 'False', reason, message });
  const ready =
    problems.length === 0
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: problems.join(', ') };
  return [
    good('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    good('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    good('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    ready,
  ].map((condition) => {
    const before = old.find(({ type }) => type === condition.type);
    const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : undefined;
    return {
      ...condition,
      lastHeartbeatTime: toApiTime(now),
      lastTransitionTime: lastTransitionTime ?? toApiTime(now),
    };
  });
}

/** The fifty biggest. */
function computeImages(images: readonly Image[]): NonNullable<NodeStatus['images']> {
  return [...images]
    .sort((a, b) => b.size - a.size || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_IMAGES)
    .map(({ repoDigests, repoTags, size }) => ({
      names: [...repoDigests, ...repoTags].slice(0, MAX_NAMES),
      sizeBytes: size,
    }));
}

/** Whether two statuses say the same but for heartbeat times. */
export function withoutHeartbeats(status: NodeStatus): NodeStatus {
  return {
    ...status,
    conditions: (status.conditions ?? []).map(({ lastHeartbeatTime: _, ...condition }) => condition),
  };
}
