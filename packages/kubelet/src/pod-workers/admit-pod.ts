import { matchesNodeAffinity, type Node, nodeLike, type Pod, parseQuantity } from '@coxswain/api';
import { isStaticPod } from '../config/static-pod.ts';
import { podContainers } from '../container/pod-containers.ts';
import { podRequests } from '../container/resources.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/**
 * Whether the pod may be here beside those that are, by upstream's predicates and the node's allocatable: OutOfpods,
 * OutOfcpu, OutOfmemory, OutOfephemeral-storage, PodOSNotSupported, NodeName, NodeAffinity, NodePorts, TaintToleration. Pure.
 */
export function admitPod(
  pod: Pod,
  others: readonly Pod[],
  allocatable: Readonly<Record<string, string>>,
  node?: Pick<Node, 'metadata' | 'spec' | 'status'>,
): Rejection | undefined {
  if (pod.spec.os && pod.spec.os.name !== 'linux') {
    const message = "Failed to admit pod as the OS field doesn't match node OS";
    return { reason: 'PodOSNotSupported', message: `Pod was rejected: ${message}` };
  }
  return outOfResources(pod, others, allocatable) ?? (node && unfit(pod, others, node));
}

function outOfResources(
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
  for (const name of otherResources(pod)) {
    const [want, have] = [sumOf([pod], name), sumOf(others, name)];
    const capacity = allocatable[name] === undefined ? 0 : parseQuantity(allocatable[name]).value();
    if (want > 0 && have + want > capacity) return outOf(name, want, have, capacity);
  }
  return undefined;
}

function unfit(
  pod: Pod,
  others: readonly Pod[],
  node: Pick<Node, 'metadata' | 'spec' | 'status'>,
): Rejection | undefined {
  if (pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name)
    return predicate('NodeName', "node(s) didn't match the requested node name");
  if (!matchesNodeAffinity(pod.spec, nodeLike(node)))
    return predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const taken = new Set(others.flatMap(hostPorts));
  if (hostPorts(pod).some((port) => taken.has(port)))
    return predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  if (
    pod.spec.securityContext?.supplementalGroupsPolicy === 'Strict' &&
    !node.status?.features?.supplementalGroupsPolicy
  ) {
    const message = 'SupplementalGroupsPolicy=Strict is not supported in this node';
    return { reason: 'SupplementalGroupsPolicyNotSupported', message: `Pod was rejected: ${message}` };
  }
  if (!isStaticPod(pod) && !toleratesNoExecute(pod, node))
    return predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}

function toleratesNoExecute(pod: Pod, node: Pick<Node, 'spec'>): boolean {
  const taints = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  return taints.every((taint) =>
    (pod.spec.tolerations ?? []).some(({ key, operator = 'Equal', value = '', effect }) => {
      if (effect && effect !== taint.effect) return false;
      if (key && key !== taint.key) return false;
      return operator === 'Exists' || (key === taint.key && value === (taint.value ?? ''));
    }),
  );
}

function hostPorts(pod: Pod): string[] {
  return podContainers(pod).flatMap(({ container }) =>
    (container.ports ?? [])
      .filter(({ hostPort }) => hostPort)
      .map(({ protocol = 'TCP', hostIP = '', hostPort }) => `${protocol}/${hostIP || '0.0.0.0'}/${hostPort}`),
  );
}

/** ephemeral-storage, huge pages, and names such as example.com/gpu. */
function otherResources(pod: Pod): Set<string> {
  const names = pod.spec.containers.flatMap(({ resources }) => Object.keys(resources?.requests ?? {}));
  const isExtended = (name: string) => name.includes('/') && !name.includes('kubernetes.io/');
  return new Set(
    names.filter((name) => isExtended(name) || name === 'ephemeral-storage' || name.startsWith('hugepages-')),
  );
}

function sumOf(pods: readonly Pod[], name: string): number {
  const amounts = pods.flatMap(({ spec }) => spec.containers.map(({ resources }) => resources?.requests?.[name]));
  return amounts.reduce((sum, text) => sum + (text === undefined ? 0 : parseQuantity(text).value()), 0);
}

function predicate(name: string, reason: string): Rejection {
  return { reason: name, message: `Pod was rejected: Predicate ${name} failed: ${reason}` };
}

function outOf(resource: string, requested: number, used: number, capacity: number): Rejection {
  return {
    reason: `OutOf${resource}`,
    message: `Pod was rejected: Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  };
}
