import { objectKey, type Pod } from '@coxswain/api';

import { type AffinityTerms, affinityTerms } from './affinity-term.ts';
import { podRequests } from './pod-requests.ts';
import type { Resources } from './resources.ts';

export interface HostPort {
  readonly protocol: string;
  readonly ip: string;
  readonly port: number;
}

/** A pod with what scheduling needs of it, worked out once. Immutable. */
export class PodInfo {
  readonly pod: Pod;
  readonly uid: string;
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly requests: Resources;
  /** Requests with a default CPU and memory for containers that ask for none. */
  readonly nonZero: Resources;
  readonly hostPorts: readonly HostPort[];
  /** On its way out. */
  readonly terminating: boolean;
  readonly affinity: AffinityTerms;

  constructor(pod: Pod) {
    this.pod = pod;
    this.uid = pod.metadata.uid ?? objectKey(pod);
    this.key = objectKey(pod);
    this.namespace = pod.metadata.namespace ?? '';
    this.priority = pod.spec.priority ?? 0;
    this.labels = pod.metadata.labels ?? NO_LABELS;
    this.requests = podRequests(pod);
    this.nonZero = podRequests(pod, true);
    this.hostPorts = hostPorts(pod);
    this.terminating = pod.metadata.deletionTimestamp !== undefined;
    this.affinity = affinityTerms(pod);
  }
}

const NO_LABELS: Readonly<Record<string, string>> = {};

function hostPorts({ spec }: Pod): HostPort[] {
  const ports: HostPort[] = [];
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const container of [...spec.containers, ...sidecars]) {
    for (const { hostPort, protocol = 'TCP', hostIP } of container.ports ?? [])
      if (hostPort) ports.push({ port: hostPort, protocol, ip: hostIP || '0.0.0.0' });
  }
  return ports;
}

const known = new WeakMap<Pod, PodInfo>();

/** The same PodInfo for the same object. */
export function podInfoOf(pod: Pod): PodInfo {
  let info = known.get(pod);
  if (!info) {
    info = new PodInfo(pod);
    known.set(pod, info);
  }
  return info;
}
