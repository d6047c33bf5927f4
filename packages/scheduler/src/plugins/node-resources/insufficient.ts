import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { type Rejection, type Status, success } from '../../framework/status.ts';

const known = new Map<string, Rejection>();

/** Resources that aren't looked at, by name. */
export type Ignored = (name: string) => boolean;

/** Whether what is left of a node is enough for a pod; the reasons name each resource that isn't. */
export function fit(pod: PodInfo, node: NodeInfo, ignored?: Ignored): Status {
  const { milliCpu, memory, ephemeralStorage, scalars } = pod.requests;
  const { allocatable, requested } = node;
  const enough =
    node.pods.length < node.allowedPods &&
    (milliCpu === 0 || milliCpu <= allocatable.milliCpu - requested.milliCpu) &&
    (memory === 0 || memory <= allocatable.memory - requested.memory) &&
    (ephemeralStorage === 0 || ephemeralStorage <= allocatable.ephemeralStorage - requested.ephemeralStorage);
  return enough && !scalars ? success : shortages(pod, node, ignored);
}

function shortages({ requests }: PodInfo, node: NodeInfo, ignored: Ignored | undefined): Status {
  const { allocatable, requested } = node;
  const reasons: string[] = [];
  let hopeless = false;
  if (node.pods.length + 1 > node.allowedPods) reasons.push('Too many pods');
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...(requests.scalars?.keys() ?? [])]) {
    const wanted = requests.get(name);
    if (wanted === 0 || (requests.scalars?.has(name) && ignored?.(name))) continue;
    const there = allocatable.get(name);
    if (wanted <= there - requested.get(name)) continue;
    reasons.push(`Insufficient ${name}`);
    hopeless ||= wanted > there;
  }
  return reasons.length === 0 ? success : rejection(reasons, hopeless);
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
