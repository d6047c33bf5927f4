import { type Pod, Quantity } from '@coxswain/api';
import type { Observation } from './observe-thresholds.ts';
import { bytesText } from './quantity-value.ts';
import { type PodUsage, requestOf } from './rank-pods.ts';
import { amountOf, resourceOf, type Threshold } from './thresholds.ts';

/** Why the pod had to go, in upstream's words. */
export function evictionMessage(pod: Pod, threshold: Threshold, seen: Observation, usage: PodUsage): string {
  const resource = resourceOf(threshold.signal);
  const text = resource === 'memory' || resource === 'ephemeral-storage' ? bytesText : plain;
  let message = `The node was low on resource: ${resource}. `;
  message += `Threshold quantity: ${text(amountOf(threshold.value, seen.capacity))}, available: ${text(seen.available)}. `;
  if (resource !== 'memory' && resource !== 'ephemeral-storage') return message;
  for (const container of pod.spec.containers) {
    const used = usage.containers.get(container.name)?.[resource === 'memory' ? 'memory' : 'disk'] ?? 0;
    const request = requestOf(container, resource);
    if (used > request)
      message += `Container ${container.name} was using ${bytesText(used)}, request is ${bytesText(request)}, has larger consumption of ${resource}. `;
  }
  return message;
}

function plain(value: number): string {
  return Quantity.of(Math.max(0, Math.floor(value))).toString();
}
