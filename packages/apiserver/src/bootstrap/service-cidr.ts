import { formatTime, isAlreadyExists, type Kind, type KubeObject, serviceCIDRKind } from '@coxswain/api';
import type { UserInfo } from '../authentication/user-info.ts';
import { changeObject } from '../handlers/change-object.ts';
import { createObject } from '../handlers/create.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { statusTarget } from '../handlers/update-target.ts';
import { editable } from '../registry/object-store.ts';

const NAME = 'kubernetes';
const kind = serviceCIDRKind as unknown as Kind;

/** Keeps the ServiceCIDR `kubernetes` (KEP-1880), which shows the range of --service-cluster-ip-range, and its condition. */
export async function ensureServiceCidr(
  dependencies: HandlerDependencies,
  user: UserInfo,
  cidrs: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const options = { dryRun: false, fieldManager: 'kube-apiserver', signal };
  if (!dependencies.store.cached(kind, '', NAME)) {
    const object = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: NAME }, spec: { cidrs } };
    try {
      await createObject(dependencies, user, kind, '', object as KubeObject, options);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
  const produce = (old: KubeObject) => {
    const next = editable(old) as KubeObject & { status?: { conditions?: { type: string }[] } };
    if (next.status?.conditions?.some(({ type }) => type === 'Ready')) return next;
    const condition = {
      type: 'Ready',
      status: 'True',
      lastTransitionTime: formatTime(dependencies.clock.now()),
      reason: '',
      message: 'Kubernetes default Service CIDR is ready',
    };
    next.status = { conditions: [condition] };
    return next;
  };
  const current = dependencies.store.cached(kind, '', NAME);
  if (current && 'conditions' in ((current.object as { status?: object }).status ?? {})) return;
  await changeObject(dependencies, { user }, kind, statusTarget(kind), { namespace: '', name: NAME }, produce, options);
}
