import { type Quantity, tryParseQuantity } from '../../../machinery/quantity.ts';
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
      const limit = amount(resources?.limits?.[name]);
      // Without a request the limit is asked for.
      const request = resources?.requests?.[name] === undefined ? limit : amount(resources.requests[name]);
      if (request !== undefined || limit !== undefined) anything = true;
      if (limit === undefined || request?.compare(limit) !== 0) guaranteed = false;
    }
  }
  if (!anything) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** Undefined for nothing, and for what is no quantity. */
function amount(text: string | undefined): Quantity | undefined {
  const quantity = text === undefined ? undefined : tryParseQuantity(text);
  return quantity?.isZero() ? undefined : quantity;
}
