import type { Container, Pod } from '@coxswain/api';

export function podKey(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}

export function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? '';
}

/** `name_namespace(uid)`, as upstream's texts name a pod. */
export function podFullName(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${uidOf(pod)})`;
}

/** An init container that keeps running beside the main ones. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

export type ContainerRole = 'init' | 'main' | 'ephemeral';

export interface PodContainer {
  readonly role: ContainerRole;
  readonly container: Container;
}

/** Init, main and ephemeral containers, in the order of the spec. */
export function podContainers(pod: Pod): PodContainer[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  return [
    ...initContainers.map((container) => ({ role: 'init' as const, container })),
    ...containers.map((container) => ({ role: 'main' as const, container })),
    ...ephemeralContainers.map((container) => ({ role: 'ephemeral' as const, container: container as Container })),
  ];
}

export function findContainer(pod: Pod, name: string): PodContainer | undefined {
  return podContainers(pod).find(({ container }) => container.name === name);
}

/** `spec.containers{web}`, the field path of events about a container. */
export function containerFieldPath(pod: Pod, name: string): string {
  const role = findContainer(pod, name)?.role ?? 'main';
  const list = { init: 'initContainers', main: 'containers', ephemeral: 'ephemeralContainers' }[role];
  return `spec.${list}{${name}}`;
}

/** Seconds between SIGTERM and SIGKILL: what the deletion asks for, else the spec's. */
export function gracePeriodOf(pod: Pod): number {
  if (pod.metadata.deletionTimestamp && pod.metadata.deletionGracePeriodSeconds !== undefined)
    return pod.metadata.deletionGracePeriodSeconds;
  return pod.spec.terminationGracePeriodSeconds ?? 30;
}

export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}
