import type { Pod, PodStatus } from '@coxswain/api';
import { findContainer } from '../container/pod-containers.ts';

export type LogTarget =
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'error'; readonly code: 400 | 404; readonly message: string };

/** Which container's log is meant, by the pod's status; errors in upstream's words. */
export function findLog(pod: Pod, status: PodStatus, name: string, previous: boolean): LogTarget {
  const podName = pod.metadata.name;
  const refuse = (code: 400 | 404, message: string): LogTarget => ({ kind: 'error', code, message });
  if (!findContainer(pod, name)) return refuse(404, `container "${name}" not found in pod "${podName}"`);
  const all = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  const found = all.find((each) => each.name === name);
  const what = `container "${name}" in pod "${podName}"`;
  if (!found) return refuse(400, `${what} is not available`);
  const { state, lastState } = found;
  const last = bareId(lastState?.terminated?.containerID);
  if (previous) {
    if (last === undefined) return refuse(400, `previous terminated ${what} not found`);
    return { kind: 'container', id: last };
  }
  if (state?.running) {
    const id = bareId(found.containerID);
    return id === undefined ? refuse(400, `${what} is not available`) : { kind: 'container', id };
  }
  if (state?.terminated) {
    const id = bareId(state.terminated.containerID);
    return id === undefined ? refuse(400, `${what} is terminated`) : { kind: 'container', id };
  }
  if (last !== undefined) return { kind: 'container', id: last };
  const reason = state?.waiting?.reason ?? 'ContainerCreating';
  if (reason === 'ErrImagePull') return refuse(400, `${what} is waiting to start: image can't be pulled`);
  if (reason === 'ImagePullBackOff')
    return refuse(400, `${what} is waiting to start: trying and failing to pull image`);
  return refuse(400, `${what} is waiting to start: ${reason}`);
}

function bareId(id: string | undefined): string | undefined {
  return id ? id.slice(id.indexOf('://') + 3) : undefined;
}
