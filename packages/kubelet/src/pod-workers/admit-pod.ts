import { type Pod, parseQuantity } from '@coxswain/api';
import { podRequests } from '../container/resources.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/**
 * Whether the pod fits beside those that are here, by the node's allocatable; upstream's OutOfpods, OutOfcpu and
 * OutOfmemory otherwise.
 */
export function admitPod(
  pod: Pod,
  others: readonly Pod[],
  allocatable: Readonly<Record<string, string>>,
): Rejection | undefined {
  const maxPods = Number(allocatable['pods'] ?? 110);
  if (others.length + 1 > maxPods) return outOf('pods', 1, others.length, maxPods);
  const wanted = podRequests(pod);
  const used = others.map(podRequests).reduce((a, b) => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory }), {
    cpu: 0,
    memory: 0,
  });
  const cpu = allocatable['cpu'] === undefined ? Infinity : parseQuantity(allocatable['cpu']).milliValue();
  if (wanted.cpu > 0 && used.cpu + wanted.cpu > cpu) return outOf('cpu', wanted.cpu, used.cpu, cpu);
  const memory = allocatable['memory'] === undefined ? Infinity : parseQuantity(allocatable['memory']).value();
  if (wanted.memory > 0 && used.memory + wanted.memory > memory)
    return outOf('memory', wanted.memory, used.memory, memory);
  return undefined;
}

function outOf(resource: string, requested: number, used: number, capacity: number): Rejection {
  return {
    reason: `OutOf${resource}`,
    message: `Pod was rejected: Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  };
}
