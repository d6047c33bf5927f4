import { type NodeCondition, type NodeStatus, parseQuantity, Quantity } from '@coxswain/api';
import type { Image, RuntimeFeatures, RuntimeHandler, VersionResponse } from '@coxswain/cri';
import {
  amountOf,
  DEFAULT_EVICTION_HARD,
  type NodePressure,
  parseThresholds,
  type Signal,
  type Threshold,
} from '../eviction/thresholds.ts';
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
  /** Kept free of pods: the hard eviction thresholds; upstream's defaults unless given. */
  readonly evictionThresholds?: readonly Threshold[];
}

export interface NodeStatusInput {
  readonly settings: NodeSettings;
  readonly machine: MachineInfo;
  readonly version: VersionResponse | undefined;
  readonly runtimeHandlers: readonly RuntimeHandler[];
  readonly features?: RuntimeFeatures | undefined;
  readonly images: readonly Image[];
  /** Why the node isn't ready; empty when it is. */
  readonly problems: readonly string[];
  /** What the node runs short of; nothing unless given. */
  readonly pressures?: ReadonlySet<NodePressure>;
  /** What the API has. */
  readonly old: NodeStatus;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const MAX_IMAGES = 50;
const MAX_NAMES = 5;
const DEFAULT_THRESHOLDS = parseThresholds({
  hard: DEFAULT_EVICTION_HARD,
  soft: [],
  softGracePeriod: {},
  minimumReclaim: {},
});

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
    conditions: computeConditions(input.problems, input.pressures ?? new Set(), old.conditions ?? [], now),
    ...(input.features ? { features: { supplementalGroupsPolicy: input.features.supplementalGroupsPolicy } } : {}),
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
  settings: Pick<NodeSettings, 'maxPods' | 'kubeReserved' | 'systemReserved' | 'evictionThresholds'>,
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
  const kept = (signal: Signal, capacity: number) => {
    const found = (settings.evictionThresholds ?? DEFAULT_THRESHOLDS).find(
      (each) => each.hard && each.signal === signal,
    );
    return found ? amountOf(found.value, capacity) : 0;
  };
  const disk = machine.ephemeralStorage - kept('nodefs.available', machine.ephemeralStorage);
  const cpu = Math.max(0, Math.round((machine.cpus - reserved('cpu')) * 1000));
  return {
    capacity,
    allocatable: {
      ...capacity,
      cpu: Quantity.ofMilli(cpu).toString(),
      memory: bytes(Math.max(0, machine.memory - reserved('memory') - kept('memory.available', machine.memory))),
      'ephemeral-storage': String(Math.max(0, Math.floor(disk - reserved('ephemeral-storage')))),
    },
  };
}

function computeConditions(
  problems: readonly string[],
  pressures: ReadonlySet<NodePressure>,
  old: readonly NodeCondition[],
  now: number,
): NodeCondition[] {
  const pressure = (type: NodePressure, good: [string, string], bad: [string, string]) => {
    const under = pressures.has(type);
    const [reason, message] = under ? bad : good;
    return { type, status: under ? 'True' : 'False', reason, message };
  };
  const ready =
    problems.length === 0
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: problems.join(', ') };
  return [
    pressure(
      'MemoryPressure',
      ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
    ),
    pressure(
      'DiskPressure',
      ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
    ),
    pressure(
      'PIDPressure',
      ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
    ),
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
