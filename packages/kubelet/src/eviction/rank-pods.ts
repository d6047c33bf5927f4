import type { Container, Pod } from '@coxswain/api';
import { isCriticalPod } from '../config/static-pod.ts';
import { memoryBytes, podRequests } from '../container/resources.ts';
import { quantityValue } from './quantity-value.ts';
import { resourceOf, type Signal } from './thresholds.ts';

/** What one pod uses: bytes, processes. */
export interface PodUsage {
  readonly memory: number;
  readonly disk: number;
  readonly processes: number;
  readonly containers: ReadonlyMap<string, { readonly memory: number; readonly disk: number }>;
}

export const NO_USAGE: PodUsage = { memory: 0, disk: 0, processes: 0, containers: new Map() };

/**
 * Pure: the pods in the order in which they go for the resource: those above their requests first, then by priority,
 * then by how much they use beyond their requests. Critical pods are left out.
 */
export function rankPods(pods: readonly Pod[], signal: Signal, usageOf: (pod: Pod) => PodUsage): Pod[] {
  const beyond = (pod: Pod): number => {
    const usage = usageOf(pod);
    switch (resourceOf(signal)) {
      case 'memory':
        return usage.memory - podRequests(pod).memory;
      case 'pids':
        return usage.processes;
      default:
        return usage.disk - diskRequest(pod);
    }
  };
  const exceeds = (pod: Pod) => (resourceOf(signal) === 'pids' ? 0 : beyond(pod) > 0 ? 0 : 1);
  return pods
    .filter((pod) => !isCriticalPod(pod))
    .sort(
      (a, b) => exceeds(a) - exceeds(b) || (a.spec.priority ?? 0) - (b.spec.priority ?? 0) || beyond(b) - beyond(a),
    );
}

function diskRequest(pod: Pod): number {
  return pod.spec.containers.reduce((sum, container) => sum + requestOf(container, 'ephemeral-storage'), 0);
}

/** Bytes; 0 when the container asks for none. */
export function requestOf(container: Container, resource: string): number {
  if (resource === 'memory') return memoryBytes(container.resources?.requests);
  return quantityValue(container.resources?.requests?.[resource]) ?? 0;
}
