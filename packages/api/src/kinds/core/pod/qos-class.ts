import type { PodSpec } from './pod-spec.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COUNTED = ['cpu', 'memory'] as const;

/** The quality of service class of a pod by its CPU and memory (KEP-2837) or, where it says nothing, its containers'. */
export function qosClassOf(spec: PodSpec): QosClass {
  let anything = false;
  let guaranteed = true;
  const own = spec.resources;
  const hasOwn = Object.keys({ ...own?.limits, ...own?.requests }).length > 0;
  const counted = hasOwn ? [{ resources: own }] : [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  for (const { resources } of counted) {
    for (const name of COUNTED) {
      const request = nonZero(resources?.requests?.[name]);
      const limit = nonZero(resources?.limits?.[name]);
      if (request !== undefined || limit !== undefined) anything = true;
      if (limit === undefined || (request ?? limit) !== limit) guaranteed = false;
    }
  }
  if (!anything) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function nonZero(quantity: string | undefined): string | undefined {
  return quantity === undefined || quantity === '0' ? undefined : quantity;
}
