import type {
  IdMapping,
  KeyValue,
  LinuxContainerResources,
  NamespaceOption,
  Nanos,
  NumberValue,
  SecurityProfile,
  SeLinuxOption,
  StringMap,
  SupplementalGroupsPolicy,
} from './common.ts';
import type { ImageSpec } from './image.ts';
import type { PodSandboxConfig, PodSandboxStatus } from './sandbox.ts';

export interface ContainerConfig {
  readonly metadata?: ContainerMetadata;
  readonly image?: ImageSpec;
  /** Replaces the image's entrypoint when not empty. */
  readonly command: readonly string[];
  /** Replaces the image's command when not empty. */
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly envs: readonly KeyValue[];
  readonly mounts: readonly Mount[];
  readonly devices: readonly Device[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
  /** Relative to the sandbox's `logDirectory`, `<container>/<attempt>.log`. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly linux?: LinuxContainerConfig;
  readonly CDIDevices: readonly { readonly name: string }[];
  /** `RUNTIME_DEFAULT` or a signal's name. */
  readonly stopSignal: string;
}

/** (name, attempt) is unique within a sandbox. */
export interface ContainerMetadata {
  readonly name: string;
  readonly attempt: number;
}

export type MountPropagation = 'PROPAGATION_PRIVATE' | 'PROPAGATION_HOST_TO_CONTAINER' | 'PROPAGATION_BIDIRECTIONAL';

export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readonly: boolean;
  readonly selinuxRelabel: boolean;
  readonly propagation: MountPropagation;
  readonly uidMappings: readonly IdMapping[];
  readonly gidMappings: readonly IdMapping[];
  readonly recursiveReadOnly: boolean;
  /** An image instead of `hostPath`. */
  readonly image?: ImageSpec;
  readonly imageSubPath: string;
}

export interface Device {
  readonly containerPath: string;
  readonly hostPath: string;
  /** Of `r`, `w` and `m`. */
  readonly permissions: string;
}

export interface LinuxContainerConfig {
  readonly resources?: LinuxContainerResources;
  readonly securityContext?: LinuxContainerSecurityContext;
}

export interface Capability {
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  readonly addAmbientCapabilities: readonly string[];
}

export interface LinuxContainerSecurityContext {
  readonly capabilities?: Capability;
  readonly privileged: boolean;
  readonly namespaceOptions?: NamespaceOption;
  readonly selinuxOptions?: SeLinuxOption;
  readonly runAsUser?: NumberValue;
  readonly runAsGroup?: NumberValue;
  readonly runAsUsername: string;
  readonly readonlyRootfs: boolean;
  readonly supplementalGroups: readonly number[];
  readonly supplementalGroupsPolicy: SupplementalGroupsPolicy;
  readonly noNewPrivs: boolean;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly seccomp?: SecurityProfile;
  readonly apparmor?: SecurityProfile;
}

export interface CreateContainerRequest {
  readonly podSandboxId: string;
  readonly config?: ContainerConfig;
  readonly sandboxConfig?: PodSandboxConfig;
}
export interface CreateContainerResponse {
  readonly containerId: string;
}
/** Of StartContainer, RemoveContainer, ReopenContainerLog and ContainerStats. */
export interface ContainerIdRequest {
  readonly containerId: string;
}
export interface StopContainerRequest {
  readonly containerId: string;
  /** Seconds until it is killed; 0 kills at once. */
  readonly timeout: number;
}

export type ContainerState = 'CONTAINER_CREATED' | 'CONTAINER_RUNNING' | 'CONTAINER_EXITED' | 'CONTAINER_UNKNOWN';

/** All given fields must match. */
export interface ContainerFilter {
  readonly id: string;
  readonly state?: { readonly state: ContainerState };
  readonly podSandboxId: string;
  readonly labelSelector: StringMap;
}
export interface ListContainersRequest {
  readonly filter?: ContainerFilter;
}
export interface ListContainersResponse {
  readonly containers: readonly Container[];
}
export interface Container {
  readonly id: string;
  readonly podSandboxId: string;
  readonly metadata?: ContainerMetadata;
  readonly image?: ImageSpec;
  readonly imageRef: string;
  readonly state: ContainerState;
  readonly createdAt: Nanos;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly imageId: string;
}

export interface ContainerStatusRequest {
  readonly containerId: string;
  readonly verbose: boolean;
}
export interface ContainerStatusResponse {
  readonly status?: ContainerStatus;
  readonly info: StringMap;
}
export interface ContainerStatus {
  readonly id: string;
  readonly metadata?: ContainerMetadata;
  readonly state: ContainerState;
  readonly createdAt: Nanos;
  readonly startedAt: Nanos;
  readonly finishedAt: Nanos;
  readonly exitCode: number;
  readonly image?: ImageSpec;
  readonly imageRef: string;
  /** `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`, … */
  readonly reason: string;
  readonly message: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly mounts: readonly Mount[];
  /** Absolute path of the log file. */
  readonly logPath: string;
  readonly resources?: { readonly linux?: LinuxContainerResources };
  readonly imageId: string;
  readonly user?: { readonly linux?: LinuxContainerUser };
  readonly stopSignal: string;
}
export interface LinuxContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplementalGroups: readonly number[];
}

export interface UpdateContainerResourcesRequest {
  readonly containerId: string;
  readonly linux?: LinuxContainerResources;
  readonly annotations: StringMap;
}
export interface CheckpointContainerRequest {
  readonly containerId: string;
  readonly location: string;
  /** Seconds; 0 leaves it to the runtime. */
  readonly timeout: number;
}

export type ContainerEventType =
  | 'CONTAINER_CREATED_EVENT'
  | 'CONTAINER_STARTED_EVENT'
  | 'CONTAINER_STOPPED_EVENT'
  | 'CONTAINER_DELETED_EVENT';

/** Sandboxes have events of their own, with `containerId` = the sandbox's id. */
export interface ContainerEventResponse {
  readonly containerId: string;
  readonly containerEventType: ContainerEventType;
  readonly createdAt: Nanos;
  /** Absent once the sandbox is gone. */
  readonly podSandboxStatus?: PodSandboxStatus;
  /** Every container of the sandbox. */
  readonly containersStatuses: readonly ContainerStatus[];
}

export interface ExecSyncRequest {
  readonly containerId: string;
  readonly cmd: readonly string[];
  /** Seconds; 0 is without limit. */
  readonly timeout: number;
}
/** Each stream holds at most 16 MiB. */
export interface ExecSyncResponse {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}
export interface ExecRequest {
  readonly containerId: string;
  readonly cmd: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}
export interface AttachRequest {
  readonly containerId: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}
export interface PortForwardRequest {
  readonly podSandboxId: string;
  readonly port: readonly number[];
}
/** Where to connect for the stream. */
export interface StreamingResponse {
  readonly url: string;
}
