import type { Node, NodeSpec, Pod, PodSpec } from '@coxswain/api';

export interface PodParts {
  readonly requests?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly spec?: Partial<PodSpec>;
}

/** A pod of one container in namespace `default`. */
export function makePod(name: string, { requests, labels, spec }: PodParts = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, ...(labels ? { labels } : {}) },
    spec: {
      containers: [{ name: 'c', image: 'i', ...(requests ? { resources: { requests } } : {}) }],
      schedulerName: 'default-scheduler',
      ...spec,
    },
  };
}

export interface NodeParts {
  readonly allocatable?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly spec?: NodeSpec;
}

/** A node of 4 CPUs, 8 Gi and 110 pods. */
export function makeNode(name: string, { allocatable, labels, spec }: NodeParts = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...spec },
    status: { allocatable: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi', pods: '110', ...allocatable } },
  };
}
