import { isAlreadyExists, isConflict, isNotFound, type Lease, leaseKind, type Node } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { Clock, Logger } from '@coxswain/foundation';

export interface NodeLeaseOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodeName: string;
  /** The registered Node, which owns the lease. */
  readonly node: () => Node | undefined;
}

const NAMESPACE = 'kube-node-lease';
const DURATION_S = 40;
const RENEW_MS = 10_000;
const RETRY_MS = 1000;

/** The node's heartbeat: renews its Lease every ten seconds until the signal aborts. */
export async function runNodeLease(options: NodeLeaseOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = options;
  let held: Lease | undefined;
  while (!signal.aborted) {
    let wait = RENEW_MS;
    try {
      held = await renew(options, held, signal);
    } catch (err) {
      if (signal.aborted) return;
      if (isConflict(err) || isNotFound(err) || isAlreadyExists(err)) held = undefined;
      log.debug({ err }, 'failed to renew node lease');
      wait = RETRY_MS;
    }
    await clock.sleep(wait, signal).catch(() => {});
  }
}

async function renew(
  { client, clock, nodeName, node }: NodeLeaseOptions,
  held: Lease | undefined,
  signal: AbortSignal,
): Promise<Lease> {
  const leases = client.resource(leaseKind);
  const call = { signal, timeoutMs: 5000 };
  const renewTime = `${new Date(clock.now()).toISOString().slice(0, 23)}000Z`;
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: DURATION_S, renewTime };
  const current =
    held ??
    (await leases.get(nodeName, { ...call, namespace: NAMESPACE }).catch((error) => {
      if (isNotFound(error)) return undefined;
      throw error;
    }));
  const owner = node();
  const ownerReferences = owner?.metadata.uid
    ? [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: owner.metadata.uid }]
    : undefined;
  if (current) {
    const metadata = { ...current.metadata, ...(ownerReferences ? { ownerReferences } : {}) };
    return leases.update({ ...current, metadata, spec: { ...current.spec, ...spec } }, call);
  }
  return leases.create(
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: nodeName, namespace: NAMESPACE, ...(ownerReferences ? { ownerReferences } : {}) },
      spec,
    },
    call,
  );
}
