import { effective } from '../../../machinery/quota-usage/pod-usage.ts';
import type { Container, EphemeralContainer } from './container.ts';
import type { Pod } from './pod.ts';
import type { PodSpec } from './pod-spec.ts';

/** Defaults of a PodSpec that depend on other fields; also for the templates of workloads. */
export function defaultPodSpec(spec: PodSpec): void {
  for (const volume of spec.volumes ?? []) if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  for (const container of allContainers(spec)) {
    container.imagePullPolicy ??= pullPolicyFor(container.image);
  }
  if (spec.serviceAccountName !== undefined || spec.serviceAccount !== undefined) {
    spec.serviceAccountName ??= spec.serviceAccount;
    spec.serviceAccount ??= spec.serviceAccountName;
  }
}

/** Defaults of a Pod itself: requests follow limits, host ports on the host's network follow container ports. */
export function defaultPod(pod: Pod): void {
  defaultPodSpec(pod.spec);
  pod.spec.enableServiceLinks ??= true;
  for (const { resources, ports } of [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])]) {
    if (pod.spec.hostNetwork) for (const port of ports ?? []) port.hostPort ??= port.containerPort;
    if (!resources?.limits) continue;
    resources.requests ??= {};
    for (const [name, limit] of Object.entries(resources.limits)) resources.requests[name] ??= limit;
  }
  defaultPodRequests(pod.spec);
}

/** A pod with limits of its own (KEP-2837) asks for what its containers do, and for its limits where they say nothing. */
function defaultPodRequests({ resources, containers = [], initContainers = [] }: PodSpec): void {
  if (Object.keys(resources?.limits ?? {}).length === 0 || !resources) return;
  const requests = { ...resources.requests };
  for (const [name, amount] of effective({ spec: { containers, initContainers } }, 'requests'))
    if (name === 'cpu' || name === 'memory') requests[name] ??= amount.toString();
  for (const [name, limit] of Object.entries(resources.limits ?? {})) requests[name] ??= limit;
  resources.requests = requests;
}

/** Init, main and ephemeral containers, in this order. */
export function allContainers(spec: PodSpec): (Container | EphemeralContainer)[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

function pullPolicyFor(image: string | undefined): 'Always' | 'IfNotPresent' {
  return imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
}

/** The tag of an image name, `latest` when it has neither tag nor digest, '' with a digest alone. */
export function imageTag(image: string): string {
  const [name = '', digest] = image.split('@', 2);
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  const colon = lastPart.indexOf(':');
  if (colon >= 0) return lastPart.slice(colon + 1);
  return digest === undefined ? 'latest' : '';
}
