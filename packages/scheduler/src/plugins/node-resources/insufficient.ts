import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { type Rejection, type Status, success } from '../../framework/status.ts';

const known = new Map<string, Rejection>();

/** Resources that aren't looked at, by name. */
export type Ignored = (name: string) => boolean;

/** Whether what is left of a node is enough for a pod; the reasons name each resource that isn't. */
export function fit({ requests }: PodInfo, node: NodeInfo, ignored?: Ignored): Status {
  const { allocatable, requested } = node;
  let reasons: string[] | undefined;
  let hopeless = false;
  const short = (reason: string, never: boolean) => {
    reasons = reasons ?? [];
    reasons.push(reason);
    hopeless ||= never;
  };
  if (node.pods.length + 1 > node.allowedPods) short('Too many pods', false);
  const { milliCpu, memory, ephemeralStorage, scalars } = requests;
  if (milliCpu > 0 && milliCpu > allocatable.milliCpu - requested.milliCpu)
    short('Insufficient cpu', milliCpu > allocatable.milliCpu);
  if (memory > 0 && memory > allocatable.memory - requested.memory)
    short('Insufficient memory', memory > allocatable.memory);
  if (ephemeralStorage > 0 && ephemeralStorage > allocatable.ephemeralStorage - requested.ephemeralStorage)
    short('Insufficient ephemeral-storage', ephemeralStorage > allocatable.ephemeralStorage);
  if (scalars) {
    for (const [name, wanted] of scalars) {
      if (wanted === 0 || ignored?.(name)) continue;
      const there = allocatable.scalars?.get(name) ?? 0;
      if (wanted > there - (requested.scalars?.get(name) ?? 0)) short(`Insufficient ${name}`, wanted > there);
    }
  }
  return reasons === undefined ? success : rejection(reasons, hopeless);
}

/** One object for all nodes with the same reasons. */
function rejection(reasons: string[], hopeless: boolean): Rejection {
  const key = `${hopeless}|${reasons.join('|')}`;
  const found = known.get(key);
  if (found) return found;
  const made: Rejection = { code: hopeless ? 'UnschedulableAndUnresolvable' : 'Unschedulable', reasons };
  if (known.size < 1000) known.set(key, made);
  return made;
}
