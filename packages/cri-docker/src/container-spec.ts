import type { ContainerConfig, ContainerMetadata, Mount, NamespaceOption, PodSandboxMetadata } from '@coxswain/cri';
import type { DockerCreate, DockerHostConfig, DockerMount } from './docker/docker-types.ts';
import { toDockerLabels } from './labels.ts';
import { allowedOomScore, toDockerResources } from './resources.ts';
import { capabilityConfig, privilegedConfig, securityOptions, userOf } from './security.ts';
import { toDockerSignal } from './signals.ts';

export interface ContainerSpecInput {
  readonly config: ContainerConfig;
  readonly metadata: ContainerMetadata;
  readonly pod: PodSandboxMetadata;
  readonly sandboxId: string;
  readonly sandboxNamespaces: NamespaceOption | undefined;
  readonly cgroupParent: string;
  /** Absolute. */
  readonly logPath: string;
  /** The pod's resolv.conf on the host, if it has one of its own. */
  readonly resolvConf: string | undefined;
  readonly capabilities: ReadonlySet<string>;
  readonly readProfile: (path: string) => string;
  /** The user and further groups that the policy for supplemental groups means; Docker's own way unless given. */
  readonly identity?: { readonly user: string; readonly groups: readonly number[] } | undefined;
}

/** Docker's own copy of the output, from which the CRI log is written: enough to bridge a restart of this program. */
const LOG_CONFIG = { Type: 'json-file', Config: { 'max-size': '20m', 'max-file': '3' } };

export function containerSpec(input: ContainerSpecInput): DockerCreate {
  const { config, metadata, pod, sandboxId, logPath, capabilities, readProfile } = input;
  const context = config.linux?.securityContext;
  const resources = config.linux?.resources;
  const user = input.identity?.user ?? userOf(context);
  const groups = [...(context?.supplementalGroups ?? []), ...(input.identity?.groups ?? [])];
  const mounts = config.mounts.map(toDockerMount);
  if (input.resolvConf !== undefined && !mounts.some(({ Target }) => Target === '/etc/resolv.conf'))
    mounts.push(bind(input.resolvConf, '/etc/resolv.conf'));
  const image = config.image?.image ?? '';
  return {
    Image: image,
    Labels: toDockerLabels({
      pod,
      labels: config.labels,
      annotations: config.annotations,
      record: {
        image: config.image?.userSpecifiedImage || image,
        ...(context?.namespaceOptions ? { namespaces: context.namespaceOptions } : {}),
      },
      container: { metadata, sandboxId, logPath },
    }),
    ...(config.command.length > 0 ? { Entrypoint: config.command } : {}),
    ...(config.args.length > 0 ? { Cmd: config.args } : {}),
    Env: config.envs.map(({ key, value }) => `${key}=${value}`),
    ...(config.workingDir === '' ? {} : { WorkingDir: config.workingDir }),
    ...(user === undefined ? {} : { User: user }),
    Tty: config.tty,
    OpenStdin: config.stdin,
    StdinOnce: config.stdinOnce,
    ...(config.stopSignal === 'RUNTIME_DEFAULT' ? {} : { StopSignal: toDockerSignal(config.stopSignal) }),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...namespaceConfig(context?.namespaceOptions ?? input.sandboxNamespaces, input.sandboxNamespaces, sandboxId),
      ...(input.cgroupParent === '' ? {} : { CgroupParent: input.cgroupParent }),
      ...toDockerResources(resources),
      OomScoreAdj: allowedOomScore(resources?.oomScoreAdj ?? 0, capabilities),
      Mounts: mounts,
      Devices: config.devices.map(({ hostPath, containerPath, permissions }) => ({
        PathOnHost: hostPath,
        PathInContainer: containerPath,
        CgroupPermissions: permissions,
      })),
      ReadonlyRootfs: context?.readonlyRootfs ?? false,
      ...(groups.length > 0 ? { GroupAdd: groups.map(String) } : {}),
      ...(context?.privileged
        ? privilegedConfig(capabilities)
        : {
            ...capabilityConfig(context?.capabilities, capabilities).config,
            SecurityOpt: securityOptions(context ?? {}, readProfile),
            ...(context ? { MaskedPaths: context.maskedPaths, ReadonlyPaths: context.readonlyPaths } : {}),
          }),
      LogConfig: LOG_CONFIG,
    },
  };
}

/** Network and IPC are the sandbox's or the node's; processes are the pod's only when it shares them. */
function namespaceConfig(
  wanted: NamespaceOption | undefined,
  sandbox: NamespaceOption | undefined,
  sandboxId: string,
): DockerHostConfig {
  const joined = `container:${sandboxId}`;
  const onHost = sandbox?.network === 'NODE';
  return {
    NetworkMode: onHost ? 'host' : joined,
    ...(onHost ? { UTSMode: 'host' } : {}),
    IpcMode: wanted?.ipc === 'NODE' ? 'host' : joined,
    ...pidMode(wanted, joined),
  };
}

function pidMode(wanted: NamespaceOption | undefined, joined: string): DockerHostConfig {
  const mode = wanted?.pid;
  switch (mode) {
    case 'NODE':
      return { PidMode: 'host' };
    case 'POD':
      return { PidMode: joined };
    case 'TARGET':
      return { PidMode: `container:${wanted?.targetId}` };
    case 'CONTAINER':
    case undefined:
      return {};
    default:
      return mode satisfies never;
  }
}

const PROPAGATION = {
  PROPAGATION_HOST_TO_CONTAINER: 'rslave',
  PROPAGATION_BIDIRECTIONAL: 'rshared',
} as const;

function toDockerMount({ hostPath, containerPath, readonly, propagation, recursiveReadOnly }: Mount): DockerMount {
  // Private is the engine's own choice where nothing is said; said, it is refused for what holds the engine's folder.
  const wanted = propagation === 'PROPAGATION_PRIVATE' ? {} : { Propagation: PROPAGATION[propagation] };
  const how = readonly && !recursiveReadOnly ? { ReadOnlyNonRecursive: true } : {};
  return {
    Type: 'bind',
    Source: hostPath,
    Target: containerPath,
    ReadOnly: readonly,
    BindOptions: { ...wanted, ...how },
  };
}

function bind(source: string, target: string): DockerMount {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: false, BindOptions: { Propagation: 'rprivate' } };
}
