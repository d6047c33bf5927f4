import { deepEqual, objectKey, type Pod, type Service } from '@coxswain/api';
import type { Lister } from '@coxswain/client';
import { isPodReady } from './pods.ts';
import { podAddresses } from './service-endpoints.ts';

/** Keys of the Services that select a pod. */
export function serviceKeysOf(pod: Pod, services: Lister<Service>): string[] {
  const labels = pod.metadata.labels ?? {};
  return services
    .byNamespace(pod.metadata.namespace ?? '')
    .filter(({ spec }) => selects(spec.selector, labels))
    .map(objectKey);
}

/** Keys of the Services whose endpoints an event of a pod may change; none for changes that don't show there. */
export function serviceKeysOfPodEvent(
  pod: Pod,
  event: 'added' | 'updated' | 'deleted',
  old: Pod | undefined,
  services: Lister<Service>,
): string[] {
  if (event !== 'updated' || !old) return serviceKeysOf(pod, services);
  const relabelled = !deepEqual(pod.metadata.labels, old.metadata.labels);
  if (!relabelled && !endpointsDiffer(pod, old)) return [];
  const keys = serviceKeysOf(pod, services);
  return relabelled ? [...new Set([...keys, ...serviceKeysOf(old, services)])] : keys;
}

export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
) {
  return selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function endpointsDiffer(a: Pod, b: Pod): boolean {
  return (
    a.metadata.deletionTimestamp !== b.metadata.deletionTimestamp ||
    a.status?.phase !== b.status?.phase ||
    a.spec.nodeName !== b.spec.nodeName ||
    isPodReady(a) !== isPodReady(b) ||
    !deepEqual(podAddresses(a), podAddresses(b))
  );
}
