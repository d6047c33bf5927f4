import type { Container, Pod } from '@coxswain/api';
import type { ContainerConfig, Input, LinuxContainerResources, Mount } from '@coxswain/cri';
import { expandEnv } from './expand-env.ts';
import { hashContainer } from './hash-container.ts';
import { containerLogFile } from './log-paths.ts';
import {
  CONTAINER_NAME_LABEL,
  HASH_ANNOTATION,
  POD_GRACE_ANNOTATION,
  POD_NAME_LABEL,
  POD_NAMESPACE_LABEL,
  POD_UID_LABEL,
  PORTS_ANNOTATION,
  PRE_STOP_ANNOTATION,
  RESTART_COUNT_ANNOTATION,
  TERMINATION_PATH_ANNOTATION,
  TERMINATION_POLICY_ANNOTATION,
} from './names.ts';
import { uidOf } from './pod-containers.ts';
import { containerSecurity, type ImageUser } from './security-context.ts';
import { toRuntimeSignal } from './stop-signal.ts';

export interface ContainerConfigInput {
  readonly attempt: number;
  /** What the runtime calls the image. */
  readonly imageRef: string;
  readonly imageUser: ImageUser;
  readonly env: readonly { readonly key: string; readonly value: string }[];
  readonly mounts: readonly Input<Mount>[];
  readonly resources: Input<LinuxContainerResources>;
  /** The running container whose processes this one is to see. */
  readonly targetId?: string;
  /** The folder of Localhost seccomp profiles. */
  readonly seccompRoot?: string;
}

/**
 * What the runtime is told of one container.
 * @throws ContainerConfigError when the security context can't be met
 */
export function containerConfig(pod: Pod, container: Container, input: ContainerConfigInput): Input<ContainerConfig> {
  const env = new Map(input.env.map(({ key, value }) => [key, value]));
  const expand = (text: string) => expandEnv(text, (name) => env.get(name));
  const { name, image = '', lifecycle, ports = [] } = container;
  return {
    metadata: { name, attempt: input.attempt },
    image: { image: input.imageRef, userSpecifiedImage: image },
    command: (container.command ?? []).map(expand),
    args: (container.args ?? []).map(expand),
    workingDir: container.workingDir ?? '',
    envs: input.env,
    mounts: input.mounts,
    labels: {
      [POD_NAME_LABEL]: pod.metadata.name,
      [POD_NAMESPACE_LABEL]: pod.metadata.namespace ?? '',
      [POD_UID_LABEL]: uidOf(pod),
      [CONTAINER_NAME_LABEL]: name,
    },
    annotations: {
      [HASH_ANNOTATION]: hashContainer(container),
      [RESTART_COUNT_ANNOTATION]: String(input.attempt),
      [TERMINATION_PATH_ANNOTATION]: container.terminationMessagePath ?? '',
      [TERMINATION_POLICY_ANNOTATION]: container.terminationMessagePolicy ?? 'File',
      [POD_GRACE_ANNOTATION]: String(pod.spec.terminationGracePeriodSeconds ?? 30),
      ...(lifecycle?.preStop ? { [PRE_STOP_ANNOTATION]: JSON.stringify(lifecycle.preStop) } : {}),
      ...(ports.length > 0 ? { [PORTS_ANNOTATION]: JSON.stringify(ports) } : {}),
    },
    logPath: containerLogFile(name, input.attempt),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    stopSignal: toRuntimeSignal(lifecycle?.stopSignal),
    linux: {
      resources: input.resources,
      securityContext: containerSecurity(pod, container, input.imageUser, input.targetId, input.seccompRoot),
    },
  };
}
