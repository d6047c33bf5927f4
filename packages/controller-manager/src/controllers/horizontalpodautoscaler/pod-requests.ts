import { type Pod, parseQuantity } from '@coxswain/api';

/**
 * What each pod, or one container of each, requests of a resource, in thousandths; by pod name.
 * @throws when a container requests nothing of it
 */
export function podRequests(
  pods: readonly Pod[],
  resource: string,
  container: string | undefined,
): Map<string, number> {
  return new Map(pods.map((pod) => [pod.metadata.name, requestOf(pod, resource, container)]));
}

function requestOf(pod: Pod, resource: string, container: string | undefined): number {
  const { spec, metadata } = pod;
  const whole = (spec.resources as { requests?: Record<string, string> } | undefined)?.requests?.[resource];
  if (container === undefined && whole !== undefined) return parseQuantity(whole).milliValue();
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  let sum = 0;
  for (const { name, resources } of [...spec.containers, ...sidecars]) {
    if (container !== undefined && name !== container) continue;
    const request = resources?.requests?.[resource];
    if (request === undefined)
      throw new Error(`missing request for ${resource} in container ${name} of Pod ${metadata.name}`);
    sum += parseQuantity(request).milliValue();
  }
  return sum;
}
