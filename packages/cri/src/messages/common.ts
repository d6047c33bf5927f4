/** Nanoseconds since the epoch; 0n when the protocol leaves the time out. `nanosToMs` turns it into a Date's number. */
export type Nanos = bigint;

export type StringMap = Readonly<Record<string, string>>;

/** A number that can be absent, as the protocol's wrapper messages. */
export interface NumberValue {
  readonly value: number;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export type NamespaceMode = 'POD' | 'CONTAINER' | 'NODE' | 'TARGET';

export interface NamespaceOption {
  readonly network: NamespaceMode;
  /** The protocol's default is POD (shared), the API's default is CONTAINER: always say it. */
  readonly pid: NamespaceMode;
  readonly ipc: NamespaceMode;
  /** With `pid: 'TARGET'`, the container whose processes are seen. */
  readonly targetId: string;
  readonly usernsOptions?: UserNamespace;
}

export interface UserNamespace {
  readonly mode: NamespaceMode;
  readonly uids: readonly IdMapping[];
  readonly gids: readonly IdMapping[];
}

export interface IdMapping {
  readonly hostId: number;
  readonly containerId: number;
  readonly length: number;
}

export type SupplementalGroupsPolicy = 'Merge' | 'Strict';

export interface SecurityProfile {
  readonly profileType: 'RuntimeDefault' | 'Unconfined' | 'Localhost';
  /** With `Localhost`: a seccomp profile's absolute path, or an AppArmor profile's name. */
  readonly localhostRef: string;
}

export interface SeLinuxOption {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  readonly level: string;
}

/** Zero and '' mean "not specified". CPU period and quota are microseconds, memory is bytes. */
export interface LinuxContainerResources {
  readonly cpuPeriod: number;
  readonly cpuQuota: number;
  readonly cpuShares: number;
  readonly memoryLimitInBytes: number;
  readonly oomScoreAdj: number;
  readonly cpusetCpus: string;
  readonly cpusetMems: string;
  readonly hugepageLimits: readonly HugepageLimit[];
  /** cgroup v2 files and their values. */
  readonly unified: StringMap;
  readonly memorySwapLimitInBytes: number;
}

export interface HugepageLimit {
  readonly pageSize: string;
  readonly limit: number;
}
