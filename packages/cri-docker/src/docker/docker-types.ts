/** The parts of Docker's answers that are read here, under Docker's names. */
export interface DockerContainer {
  readonly Id: string;
  /** With a leading slash. */
  readonly Name: string;
  readonly Created: string;
  /** Image id, `sha256:…`. */
  readonly Image: string;
  readonly Config: {
    readonly Image: string;
    readonly User?: string;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Tty: boolean;
    readonly StopSignal?: string;
  };
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Mounts?: readonly {
    readonly Type: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
    readonly Propagation: string;
  }[];
  readonly GraphDriver?: { readonly Data: Readonly<Record<string, string>> | null };
  readonly HostConfig: {
    readonly CgroupParent?: string;
    readonly CpuShares?: number;
    readonly CpuQuota?: number;
    readonly CpuPeriod?: number;
    readonly CpusetCpus?: string;
    readonly CpusetMems?: string;
    readonly Memory?: number;
    readonly MemorySwap?: number;
    readonly OomScoreAdj?: number;
  };
}

export interface DockerImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Size: number;
  readonly Config?: { readonly User?: string } | null;
  /** Where the layers are; of overlay2, folders. */
  readonly GraphDriver?: { readonly Name: string; readonly Data?: Readonly<Record<string, string>> | null };
}

export interface DockerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly time: number;
  readonly timeNano: number;
}

export interface DockerInfo {
  readonly ServerVersion: string;
  readonly DockerRootDir: string;
  readonly CgroupDriver: string;
}

export interface DockerMount {
  readonly Type: 'bind';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
  readonly BindOptions: {
    readonly Propagation?: 'rprivate' | 'rslave' | 'rshared';
    /** API 1.44 and later; older engines ignore it. */
    readonly ReadOnlyNonRecursive?: boolean;
  };
}

export interface DockerResources {
  readonly CpuShares?: number;
  readonly CpuQuota?: number;
  readonly CpuPeriod?: number;
  readonly CpusetCpus?: string;
  readonly CpusetMems?: string;
  readonly Memory?: number;
  readonly MemorySwap?: number;
}

export interface DockerHostConfig extends DockerResources {
  readonly NetworkMode?: string;
  readonly PidMode?: string;
  readonly IpcMode?: string;
  readonly UTSMode?: string;
  readonly CgroupParent?: string;
  readonly OomScoreAdj?: number;
  readonly Mounts?: readonly DockerMount[];
  readonly Devices?: readonly { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  readonly DeviceCgroupRules?: readonly string[];
  readonly CapAdd?: readonly string[];
  readonly CapDrop?: readonly string[];
  readonly Privileged?: boolean;
  readonly ReadonlyRootfs?: boolean;
  readonly GroupAdd?: readonly string[];
  readonly SecurityOpt?: readonly string[];
  readonly MaskedPaths?: readonly string[];
  readonly ReadonlyPaths?: readonly string[];
  readonly Sysctls?: Readonly<Record<string, string>>;
  readonly LogConfig?: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
}

/** Body of a container's creation. */
export interface DockerCreate {
  readonly Image: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Hostname?: string;
  readonly NetworkDisabled?: boolean;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StdinOnce?: boolean;
  readonly StopSignal?: string;
  readonly Healthcheck?: { readonly Test: readonly string[] };
  readonly HostConfig: DockerHostConfig;
}
