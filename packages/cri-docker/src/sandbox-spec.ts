import type { PodSandboxConfig, PodSandboxMetadata } from '@coxswain/cri';
import type { DockerCreate } from './docker/docker-types.ts';
import { toDockerLabels } from './labels.ts';
import { allowedOomScore } from './resources.ts';
import { securityOptions } from './security.ts';

export interface SandboxSpecInput {
  readonly config: PodSandboxConfig;
  readonly metadata: PodSandboxMetadata;
  readonly runtimeHandler: string;
  readonly image: string;
  readonly capabilities: ReadonlySet<string>;
  readonly readProfile: (path: string) => string;
}

/** The sandbox's own process is the last to be killed when memory runs out, as upstream's. */
const OOM_SCORE = -998;

/** The pause container that holds a pod's namespaces. */
export function sandboxSpec(input: SandboxSpecInput): DockerCreate {
  const { config, metadata, runtimeHandler, image, capabilities, readProfile } = input;
  const { linux, hostname, labels, annotations } = config;
  const context = linux?.securityContext;
  const namespaces = context?.namespaceOptions;
  const onHost = namespaces?.network === 'NODE';
  const user = context?.runAsUser && String(context.runAsUser.value);
  const group = context?.runAsGroup && String(context.runAsGroup.value);
  return {
    Image: image,
    Labels: toDockerLabels({
      pod: metadata,
      labels,
      annotations,
      record: { runtimeHandler, logDirectory: config.logDirectory, ...(namespaces ? { namespaces } : {}) },
    }),
    // Spares Docker two runs of itself to set up a network that isn't one: a quarter of a second a pod.
    ...(onHost ? {} : { Hostname: hostname, NetworkDisabled: true }),
    ...(user === undefined ? {} : { User: group === undefined ? user : `${user}:${group}` }),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: onHost ? 'host' : 'none',
      ...(onHost ? { UTSMode: 'host' } : {}),
      ...(namespaces?.pid === 'NODE' ? { PidMode: 'host' } : {}),
      IpcMode: namespaces?.ipc === 'NODE' ? 'host' : 'shareable',
      ...(linux?.cgroupParent ? { CgroupParent: linux.cgroupParent } : {}),
      ...(linux && Object.keys(linux.sysctls).length > 0 ? { Sysctls: linux.sysctls } : {}),
      CpuShares: 2,
      OomScoreAdj: allowedOomScore(OOM_SCORE, capabilities),
      ReadonlyRootfs: context?.readonlyRootfs ?? false,
      ...(context && context.supplementalGroups.length > 0 ? { GroupAdd: context.supplementalGroups.map(String) } : {}),
      SecurityOpt: securityOptions(
        {
          seccomp: context?.seccomp,
          apparmor: context?.apparmor,
          selinuxOptions: context?.selinuxOptions,
          noNewPrivs: true,
        },
        readProfile,
      ),
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}
