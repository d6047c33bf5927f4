import type { ContainerMetadata, PodSandboxMetadata } from '@coxswain/cri';

/**
 * Docker forbids two containers of one name, so a name made only of what identifies the thing makes creating it
 * idempotent: a second try after a crash meets the first one's leftover instead of doubling it.
 */
export function sandboxName({ name, namespace, uid, attempt }: PodSandboxMetadata): string {
  return ['k8s', 'POD', name, namespace, uid, attempt].join('_');
}

export function containerName(container: ContainerMetadata, pod: PodSandboxMetadata): string {
  return ['k8s', container.name, pod.name, pod.namespace, pod.uid, container.attempt].join('_');
}
