import type {
  LinuxContainerResources,
  NamespaceOption,
  Nanos,
  NumberValue,
  SecurityProfile,
  SeLinuxOption,
  StringMap,
  SupplementalGroupsPolicy,
} from './common.ts';
import type { ContainerStatus } from './container.ts';

export interface PodSandboxConfig {
  readonly metadata?: PodSandboxMetadata;
  /** Empty only with the node's network. */
  readonly hostname: string;
  /** `/var/log/pods/<namespace>_<name>_<uid>`; a container's `logPath` is relative to it. */
  readonly logDirectory: string;
  readonly dnsConfig?: DnsConfig;
  readonly portMappings: readonly PortMapping[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly linux?: LinuxPodSandboxConfig;
}

export interface PodSandboxMetadata {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  readonly attempt: number;
}

export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface PortMapping {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly containerPort: number;
  /** 0: not on the host. */
  readonly hostPort: number;
  readonly hostIp: string;
}

export interface LinuxPodSandboxConfig {
  readonly cgroupParent: string;
  readonly securityContext?: LinuxSandboxSecurityContext;
  readonly sysctls: StringMap;
  readonly overhead?: LinuxContainerResources;
  readonly resources?: LinuxContainerResources;
}

export interface LinuxSandboxSecurityContext {
  readonly namespaceOptions?: NamespaceOption;
  readonly selinuxOptions?: SeLinuxOption;
  readonly runAsUser?: NumberValue;
  readonly runAsGroup?: NumberValue;
  readonly readonlyRootfs: boolean;
  readonly supplementalGroups: readonly number[];
  readonly supplementalGroupsPolicy: SupplementalGroupsPolicy;
  readonly privileged: boolean;
  readonly seccomp?: SecurityProfile;
  readonly apparmor?: SecurityProfile;
}

export interface RunPodSandboxRequest {
  readonly config?: PodSandboxConfig;
  readonly runtimeHandler: string;
}
export interface RunPodSandboxResponse {
  readonly podSandboxId: string;
}
/** Of StopPodSandbox, RemovePodSandbox and PodSandboxStats. */
export interface PodSandboxIdRequest {
  readonly podSandboxId: string;
}

export type PodSandboxState = 'SANDBOX_READY' | 'SANDBOX_NOTREADY';

export interface PodSandboxStatusRequest {
  readonly podSandboxId: string;
  readonly verbose: boolean;
}
export interface PodSandboxStatusResponse {
  readonly status?: PodSandboxStatus;
  readonly info: StringMap;
  readonly containersStatuses: readonly ContainerStatus[];
  readonly timestamp: Nanos;
}
export interface PodSandboxStatus {
  readonly id: string;
  readonly metadata?: PodSandboxMetadata;
  readonly state: PodSandboxState;
  readonly createdAt: Nanos;
  readonly network?: PodSandboxNetworkStatus;
  readonly linux?: { readonly namespaces?: { readonly options?: NamespaceOption } };
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly runtimeHandler: string;
}
export interface PodSandboxNetworkStatus {
  readonly ip: string;
  readonly additionalIps: readonly { readonly ip: string }[];
}

/** All given fields must match. */
export interface PodSandboxFilter {
  readonly id: string;
  readonly state?: { readonly state: PodSandboxState };
  readonly labelSelector: StringMap;
}
export interface ListPodSandboxRequest {
  readonly filter?: PodSandboxFilter;
}
export interface ListPodSandboxResponse {
  readonly items: readonly PodSandbox[];
}
export interface PodSandbox {
  readonly id: string;
  readonly metadata?: PodSandboxMetadata;
  readonly state: PodSandboxState;
  readonly createdAt: Nanos;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly runtimeHandler: string;
}

export interface UpdatePodSandboxResourcesRequest {
  readonly podSandboxId: string;
  readonly overhead?: LinuxContainerResources;
  readonly resources?: LinuxContainerResources;
}
