import { type Lease, leaseKind, type Node, nodeKind, type Pod, podKind } from '@coxswain/api';
import { type ApiClient, createInformerFactory, type Lister } from '@coxswain/client';
import { silentLogger, systemClock } from '@coxswain/foundation';

/** Name of the annotation of a pod that shall end with this exit code instead of 0. */
export const EXIT_CODE = 'test.coxswain/exit-code';

const FINISH_MS = 300;
const LOOK_MS = 30;
const HEARTBEAT_MS = 5_000;

export interface FakeNodes {
  /** All pods of the cluster as last seen. */
  readonly pods: Lister<Pod>;
  /** Hears of every change of a pod. */
  onPod(handler: (pod: Pod, change: 'added' | 'updated' | 'deleted') => void): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Nodes without kubelets: what the scheduler binds to them runs and is ready at once, what is deleted goes at once, and
 * a pod that isn't restarted always ends after a moment.
 */
export async function startFakeNodes(client: ApiClient, names: readonly string[]): Promise<FakeNodes> {
  const stop = new AbortController();
  for (const name of names) {
    const node = await client.resource(nodeKind).create({ metadata: { name }, spec: {} });
    await client.resource(nodeKind).updateStatus(ready(node));
    await client.resource(leaseKind).create(lease(name));
  }
  const factory = createInformerFactory(client, { log: silentLogger(), clock: systemClock });
  const informer = factory.for(podKind);
  factory.start(stop.signal);
  await informer.waitForSync(stop.signal);
  const busy = new Map<string, Promise<void>>();
  const look = setInterval(() => {
    for (const pod of informer.lister.list()) {
      const uid = pod.metadata.uid ?? '';
      if (!names.includes(pod.spec.nodeName ?? '') || busy.has(uid)) continue;
      // A write that lost a race is made again at the next look.
      const work = advance(client, pod).catch(() => {});
      busy.set(uid, work);
      void work.then(() => busy.delete(uid));
    }
  }, LOOK_MS);
  const heartbeat = setInterval(() => {
    for (const name of names)
      void client
        .resource(leaseKind)
        .patch(name, { type: 'merge', body: { spec: lease(name).spec } }, { namespace: 'kube-node-lease' })
        .catch(() => {});
  }, HEARTBEAT_MS);
  return {
    pods: informer.lister,
    onPod: (handler) =>
      void informer.addHandler({
        added: (pod) => handler(pod, 'added'),
        updated: (pod) => handler(pod, 'updated'),
        deleted: (pod) => handler(pod, 'deleted'),
      }),
    async [Symbol.asyncDispose]() {
      clearInterval(look);
      clearInterval(heartbeat);
      stop.abort(new Error('test is over'));
      await Promise.all(busy.values());
    },
  };
}

async function advance(client: ApiClient, pod: Pod): Promise<void> {
  const { name, namespace, uid = '' } = pod.metadata;
  const pods = client.resource(podKind);
  if (pod.metadata.deletionTimestamp !== undefined) {
    await pods.delete(name, { namespace, gracePeriodSeconds: 0, preconditions: { uid } });
    return;
  }
  const status = nextStatus(pod);
  if (!status) return;
  await pods.patch(name, { type: 'merge', body: { metadata: { uid }, status } }, { namespace, subresource: 'status' });
}

function nextStatus({ metadata, spec, status }: Pod): Pod['status'] | undefined {
  const now = new Date().toISOString();
  const [container] = spec.containers;
  const at = (value: boolean) => ({ type: 'Ready', status: value ? 'True' : 'False', lastTransitionTime: now });
  const of = (isReady: boolean, state: object) => [
    { name: container?.name ?? '', image: container?.image ?? '', imageID: '', ready: isReady, restartCount: 0, state },
  ];
  if (status?.phase === undefined || status.phase === 'Pending')
    return {
      phase: 'Running',
      startTime: now,
      podIP: '10.244.9.9',
      podIPs: [{ ip: '10.244.9.9' }],
      conditions: [...(status?.conditions ?? []), at(true)],
      containerStatuses: of(true, { running: { startedAt: now } }),
    };
  if (status.phase !== 'Running' || spec.restartPolicy === 'Always') return undefined;
  if (Date.now() - Date.parse(status.startTime ?? now) < FINISH_MS) return undefined;
  const exitCode = Number(metadata.annotations?.[EXIT_CODE] ?? 0);
  const terminated = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: now, finishedAt: now };
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: [...(status.conditions ?? []).filter(({ type }) => type !== 'Ready'), at(false)],
    containerStatuses: of(false, { terminated }),
  };
}

function ready(node: Node): Node {
  const now = new Date().toISOString();
  const resources = { cpu: '8', memory: '16Gi', pods: '110' };
  const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now }];
  return { ...node, status: { capacity: resources, allocatable: resources, conditions } };
}

function lease(name: string): Lease {
  const renewTime = `${new Date().toISOString().slice(0, -1)}000Z`;
  return {
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  };
}
