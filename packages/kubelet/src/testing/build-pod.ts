import type { Container, Pod, PodSpec } from '@coxswain/api';

let uids = 0;

/** A pod as the apiserver would hand it to the kubelet: defaults filled in, bound to `node`. */
export function buildPod(
  name: string,
  spec: Partial<PodSpec> & { readonly containers?: Container[] } = {},
  metadata: Partial<Pod['metadata']> = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}-${++uids}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      nodeName: 'node-1',
      enableServiceLinks: true,
      securityContext: {},
      containers: [buildContainer('main')],
      ...spec,
    },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  };
}

export function buildContainer(name: string, more: Partial<Container> = {}): Container {
  return {
    name,
    image: 'busybox:1.36',
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
    ...more,
  };
}
