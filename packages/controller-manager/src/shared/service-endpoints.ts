import type { Pod, Service, ServicePort } from '@coxswain/api';
import { isPodReady, isPodTerminal } from './pods.ts';

export const MANAGED_BY_ENDPOINT_SLICE = 'endpointslice-controller.k8s.io';
export const HEADLESS_LABEL = 'service.kubernetes.io/headless';

/** Whether endpoints are to be kept for a Service: it selects pods and is no mere alias. */
export function hasManagedEndpoints(service: Service): boolean {
  return (
    service.spec.type !== 'ExternalName' &&
    service.spec.selector !== undefined &&
    service.metadata.deletionTimestamp === undefined
  );
}

export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === 'None';
}

/** Whether a pod can be an endpoint at all: it has an address and hasn't finished. */
export function isEndpointCandidate(pod: Pod): boolean {
  return !isPodTerminal(pod) && podAddresses(pod).length > 0;
}

export interface EndpointState {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** A terminating pod is never ready (unless the Service publishes not-ready addresses), but may still serve. */
export function endpointState(service: Service, pod: Pod): EndpointState {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isPodReady(pod);
  return { ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating };
}

export function podAddresses({ status }: Pod): string[] {
  const all = (status?.podIPs ?? []).map(({ ip }) => ip).filter((ip) => ip !== '');
  if (all.length > 0) return all;
  return status?.podIP ? [status.podIP] : [];
}

export function isIPv6(address: string): boolean {
  return address.includes(':');
}

/** The pod's number for a Service's port; undefined when a named target port isn't among its containers' ports. */
export function targetPortOf(pod: Pod, { port, targetPort, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort === 0 ? port : targetPort;
  if (targetPort === undefined || targetPort === '') return port;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const container of [...pod.spec.containers, ...sidecars])
    for (const { name, protocol: own = 'TCP', containerPort } of container.ports ?? [])
      if (name === targetPort && own === protocol) return containerPort;
  return undefined;
}

/** The name a pod has under its governing Service, `hostname.subdomain`. */
export function endpointHostname(service: Service, pod: Pod): string | undefined {
  const { hostname, subdomain } = pod.spec;
  const governs = subdomain === service.metadata.name && pod.metadata.namespace === service.metadata.namespace;
  return hostname && governs ? hostname : undefined;
}

export function podReference({ metadata }: Pod) {
  return { kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}
