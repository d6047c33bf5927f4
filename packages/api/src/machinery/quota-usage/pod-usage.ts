import type { Pod } from '../../kinds/core/pod/pod.ts';
import { qosClassOf } from '../../kinds/core/pod/qos-class.ts';
import type { ScopedResourceSelectorRequirement } from '../../kinds/core/resource-quota.ts';
import { parseQuantity, Quantity } from '../quantity.ts';

export type Usage = Map<string, Quantity>;

export const ONE = Quantity.of(1);

export function addTo(usage: Usage, name: string, amount: Quantity): void {
  const before = usage.get(name);
  usage.set(name, before ? before.add(amount) : amount);
}

/** What a pod takes of a quota: compute resources and its place only while it may still run. */
export function podUsage(pod: Pod, now: number): Usage {
  const usage: Usage = new Map([['count/pods', ONE]]);
  if (isTerminal(pod) || isOverdue(pod, now)) return usage;
  usage.set('pods', ONE);
  for (const [name, amount] of effective(pod, 'requests')) {
    addTo(usage, `requests.${name}`, amount);
    if (['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-'))
      addTo(usage, name, amount);
  }
  for (const [name, amount] of effective(pod, 'limits')) addTo(usage, `limits.${name}`, amount);
  return usage;
}

function isTerminal({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** A pod that should have gone by now counts no longer. */
function isOverdue({ metadata }: Pod, now: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

/** The larger of what runs together and what the init containers need one by one, beside the sidecars before them. */
export function effective({ spec }: Pick<Pod, 'spec'>, what: 'requests' | 'limits'): Usage {
  const running: Usage = new Map();
  for (const { resources } of spec.containers) addAll(running, resources?.[what]);
  const peak: Usage = new Map();
  const sidecars: Usage = new Map();
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const moment: Usage = new Map(sidecars);
    addAll(moment, resources?.[what]);
    if (restartPolicy === 'Always') addAll(sidecars, resources?.[what]);
    for (const [name, amount] of moment) raise(peak, name, amount);
  }
  for (const [name, amount] of sidecars) addTo(running, name, amount);
  for (const [name, amount] of peak) raise(running, name, amount);
  for (const [name, text] of Object.entries(spec.resources?.[what] ?? {})) running.set(name, parseQuantity(text));
  if (what === 'requests' || running.size > 0) addAll(running, spec.overhead);
  return running;
}

function addAll(usage: Usage, list: Readonly<Record<string, string>> | undefined): void {
  for (const [name, text] of Object.entries(list ?? {})) addTo(usage, name, parseQuantity(text));
}

function raise(usage: Usage, name: string, amount: Quantity): void {
  const before = usage.get(name);
  if (!before || before.compare(amount) < 0) usage.set(name, amount);
}

/** Whether a pod is within a quota's scope. */
export function podInScope(pod: Pod, { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement): boolean {
  switch (scopeName) {
    case 'Terminating':
      return pod.spec.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return pod.spec.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return qosClassOf(pod.spec) === 'BestEffort';
    case 'NotBestEffort':
      return qosClassOf(pod.spec) !== 'BestEffort';
    case 'PriorityClass':
      return inValues(pod.spec.priorityClassName, operator, values);
    case 'CrossNamespacePodAffinity':
      return usesOtherNamespaces(pod);
    default:
      return false;
  }
}

function inValues(value: string | undefined, operator: string, values: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined && value !== '';
    default:
      return value === undefined || value === '';
  }
}

function usesOtherNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((affinity) =>
    [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => term.podAffinityTerm),
    ].some((term) => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined),
  );
}
