import type { Deployment, Node, Pod, ReplicaSet, Service } from '@coxswain/api';

let counter = 0;

/** A Deployment `web` with server-side defaults filled in; `spec` replaces fields. */
export function aDeployment(
  spec: Partial<Deployment['spec']> = {},
  metadata: Partial<Deployment['metadata']> = {},
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', uid: 'web-uid', generation: 1, ...metadata },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: aTemplate('v1'),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
  };
}

export function aTemplate(version: string): Deployment['spec']['template'] {
  return {
    metadata: { name: '', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: `web:${version}` }], restartPolicy: 'Always' },
  };
}

/** A ReplicaSet of a Deployment, of a template version, with `replicas` wanted and `available` of them available. */
export function aReplicaSet(
  owner: Deployment,
  version: string,
  {
    replicas,
    available = replicas,
    revision = 1,
    created = `2026-01-01T00:00:0${revision % 10}Z`,
    annotations = {},
  }: {
    readonly replicas: number;
    readonly available?: number;
    readonly revision?: number;
    readonly created?: string;
    readonly annotations?: Record<string, string>;
  },
): ReplicaSet {
  const name = `web-${version}`;
  const template = aTemplate(version);
  const labels = { app: 'web', 'pod-template-hash': version };
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: `${name}-uid`,
      generation: 1,
      labels,
      creationTimestamp: created,
      annotations: { 'deployment.kubernetes.io/revision': String(revision), ...annotations },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: owner.metadata.name,
          uid: owner.metadata.uid ?? '',
          controller: true,
        },
      ],
    },
    spec: { replicas, selector: { matchLabels: labels }, template: { ...template, metadata: { name: '', labels } } },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  };
}

export interface PodFixture {
  readonly name?: string;
  readonly uid?: string;
  readonly node?: string;
  readonly ip?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly readySince?: string;
  readonly created?: string;
  readonly restarts?: number;
  readonly deleting?: boolean;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly owner?: { readonly kind: string; readonly name: string; readonly uid: string };
  readonly spec?: Partial<Pod['spec']>;
}

/** A pod of namespace default that runs and is ready unless told otherwise. */
export function aPod(fixture: PodFixture = {}): Pod {
  const { name = `pod-${++counter}`, phase = 'Running', ready = true, created = '2026-01-01T00:00:00Z' } = fixture;
  const { node = 'node-1', ip = '10.244.0.5', labels = { app: 'web' }, readySince = created, owner } = fixture;
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: fixture.uid ?? `${name}-uid`,
      creationTimestamp: created,
      labels,
      ...(fixture.annotations ? { annotations: fixture.annotations } : {}),
      ...(fixture.deleting ? { deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 30 } : {}),
      ...(owner ? { ownerReferences: [{ apiVersion: 'apps/v1', ...owner, controller: true }] } : {}),
    },
    spec: { containers: [{ name: 'web', image: 'web' }], ...(node === '' ? {} : { nodeName: node }), ...fixture.spec },
    status: {
      phase,
      ...(ip === '' ? {} : { podIP: ip, podIPs: [{ ip }] }),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: readySince }],
      containerStatuses: [{ name: 'web', ready, restartCount: fixture.restarts ?? 0, image: 'web', imageID: '' }],
    },
  };
}

export function aService(spec: Partial<Service['spec']> = {}, metadata: Partial<Service['metadata']> = {}): Service {
  return {
    metadata: { name: 'web', namespace: 'default', uid: 'service-uid', labels: { team: 'blue' }, ...metadata },
    spec: {
      selector: { app: 'web' },
      clusterIP: '10.96.0.10',
      ipFamilies: ['IPv4'],
      type: 'ClusterIP',
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
      ...spec,
    },
  };
}

export function aNode(
  name: string,
  {
    ready = 'True',
    heartbeat = '2026-01-01T00:00:00Z',
    ...rest
  }: {
    readonly ready?: string;
    readonly heartbeat?: string;
    readonly spec?: Node['spec'];
    readonly labels?: Record<string, string>;
  } = {},
): Node {
  return {
    metadata: { name, uid: `${name}-uid`, creationTimestamp: '2026-01-01T00:00:00Z', labels: rest.labels ?? {} },
    spec: rest.spec ?? {},
    status: {
      conditions: [{ type: 'Ready', status: ready, lastHeartbeatTime: heartbeat, lastTransitionTime: heartbeat }],
    },
  };
}
