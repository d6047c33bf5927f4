import type { Pod } from '@coxswain/api';
import { uidOf } from './pod-containers.ts';

/** Folders of logs; upstream's on a node. */
export interface LogRoots {
  /** `/var/log/pods` */
  readonly pods: string;
  /** `/var/log/containers`, symlinks for log collectors. */
  readonly containers: string;
}

export function podLogDirectory(roots: LogRoots, pod: Pod): string {
  return `${roots.pods}/${pod.metadata.namespace}_${pod.metadata.name}_${uidOf(pod)}`;
}

/** Relative to the pod's folder. */
export function containerLogFile(container: string, attempt: number): string {
  return `${container}/${attempt}.log`;
}

/** The uid in the name of a pod's log folder. */
export function uidOfLogDirectory(name: string): string | undefined {
  return /^[^_]+_[^_]+_([^_]+)$/.exec(name)?.[1];
}

export function containerLogLink(roots: LogRoots, pod: Pod, container: string, id: string): string {
  return `${roots.containers}/${pod.metadata.name}_${pod.metadata.namespace}_${container}-${id}.log`;
}
