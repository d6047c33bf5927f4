import type { Nanos, NumberValue, StringMap } from './common.ts';
import type { ContainerMetadata } from './container.ts';
import type { FilesystemUsage } from './image.ts';
import type { PodSandboxMetadata } from './sandbox.ts';

export interface ContainerStatsResponse {
  readonly stats?: ContainerStats;
}
export interface ContainerStatsFilter {
  readonly id: string;
  readonly podSandboxId: string;
  readonly labelSelector: StringMap;
}
export interface ListContainerStatsRequest {
  readonly filter?: ContainerStatsFilter;
}
export interface ListContainerStatsResponse {
  readonly stats: readonly ContainerStats[];
}
export interface ContainerStats {
  readonly attributes?: {
    readonly id: string;
    readonly metadata?: ContainerMetadata;
    readonly labels: StringMap;
    readonly annotations: StringMap;
  };
  readonly cpu?: CpuUsage;
  readonly memory?: MemoryUsage;
  readonly writableLayer?: FilesystemUsage;
  readonly swap?: SwapUsage;
  readonly io?: IoUsage;
}
export interface CpuUsage {
  readonly timestamp: Nanos;
  /** Cumulative over all cores since the start. */
  readonly usageCoreNanoSeconds?: NumberValue;
  readonly usageNanoCores?: NumberValue;
  readonly psi?: PsiStats;
}
export interface MemoryUsage {
  readonly timestamp: Nanos;
  readonly workingSetBytes?: NumberValue;
  /** Limit less working set; absent without a limit. */
  readonly availableBytes?: NumberValue;
  readonly usageBytes?: NumberValue;
  readonly rssBytes?: NumberValue;
  readonly pageFaults?: NumberValue;
  readonly majorPageFaults?: NumberValue;
  readonly psi?: PsiStats;
}
export interface SwapUsage {
  readonly timestamp: Nanos;
  readonly swapAvailableBytes?: NumberValue;
  readonly swapUsageBytes?: NumberValue;
}
export interface IoUsage {
  readonly timestamp: Nanos;
  readonly psi?: PsiStats;
}
export interface PsiStats {
  readonly Full?: PsiData;
  readonly Some?: PsiData;
}
export interface PsiData {
  readonly Total: number;
  readonly Avg10: number;
  readonly Avg60: number;
  readonly Avg300: number;
}

export interface PodSandboxStatsResponse {
  readonly stats?: PodSandboxStats;
}
export interface PodSandboxStatsFilter {
  readonly id: string;
  readonly labelSelector: StringMap;
}
export interface ListPodSandboxStatsRequest {
  readonly filter?: PodSandboxStatsFilter;
}
export interface ListPodSandboxStatsResponse {
  readonly stats: readonly PodSandboxStats[];
}
export interface PodSandboxStats {
  readonly attributes?: {
    readonly id: string;
    readonly metadata?: PodSandboxMetadata;
    readonly labels: StringMap;
    readonly annotations: StringMap;
  };
  readonly linux?: LinuxPodSandboxStats;
}
export interface LinuxPodSandboxStats {
  readonly cpu?: CpuUsage;
  readonly memory?: MemoryUsage;
  readonly network?: NetworkUsage;
  readonly process?: { readonly timestamp: Nanos; readonly processCount?: NumberValue };
  readonly containers: readonly ContainerStats[];
  readonly io?: IoUsage;
}
export interface NetworkUsage {
  readonly timestamp: Nanos;
  readonly defaultInterface?: NetworkInterfaceUsage;
  readonly interfaces: readonly NetworkInterfaceUsage[];
}
export interface NetworkInterfaceUsage {
  readonly name: string;
  readonly rxBytes?: NumberValue;
  readonly rxErrors?: NumberValue;
  readonly txBytes?: NumberValue;
  readonly txErrors?: NumberValue;
}
