import {
  type Kind,
  type KubeObject,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
} from '@coxswain/api';
import { type Controller, done, type ReconcileResult, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { claimsOfPod } from '../../shared/claims-of-pod.ts';
import { podInformer } from '../../shared/pod-index.ts';

export const PVC_PROTECTION = 'kubernetes.io/pvc-protection';
export const PV_PROTECTION = 'kubernetes.io/pv-protection';
const BY_CLAIM = 'claimName';

/** A pod that was never bound to a node can't have the volume mounted. */
function mayUse(pod: Pod): boolean {
  return pod.spec.nodeName !== undefined && pod.spec.nodeName !== '';
}

/** Holds claims that pods use, and lets go of them afterwards. */
export function createPvcProtectionController(context: ControllerContext): Controller {
  const { client } = context;
  const claims = context.informers.for(persistentVolumeClaimKind);
  const pods = podInformer(context.informers);
  pods.addIndex(BY_CLAIM, claimsOfPod);

  /** Asked of the server last, since a cache may miss the pod that was made a moment ago. */
  async function isUsed(key: string, namespace: string, signal: AbortSignal): Promise<boolean> {
    if (pods.lister.byIndex(BY_CLAIM, key).some(mayUse)) return true;
    const { items } = await client.resource(podKind).list({ namespace, signal });
    return items.some((pod) => mayUse(pod) && claimsOfPod(pod).includes(key));
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const claim = claims.lister.get(key);
    if (!claim) return done;
    const leaving = claim.metadata.deletionTimestamp !== undefined;
    const free = leaving && !(await isUsed(key, claim.metadata.namespace ?? '', signal));
    await holdOrRelease(context, persistentVolumeClaimKind, claim, PVC_PROTECTION, leaving ? !free : true, signal);
    return done;
  }

  return {
    name: 'pvcprotection',
    sources: [
      source(claims),
      source(pods, (pod, event, old) => {
        const ended = event === 'deleted' || (old !== undefined && mayUse(pod) !== mayUse(old));
        return ended ? claimsOfPod(pod) : [];
      }),
    ],
    reconcile,
  };
}

/** Holds volumes while they are bound. */
export function createPvProtectionController(context: ControllerContext): Controller {
  const volumes = context.informers.for(persistentVolumeKind);
  return {
    name: 'pvprotection',
    sources: [source(volumes)],
    async reconcile(key, { signal }) {
      const volume = volumes.lister.get(key);
      if (!volume) return done;
      const leaving = volume.metadata.deletionTimestamp !== undefined;
      const hold = !leaving || volume.status?.phase === 'Bound';
      await holdOrRelease(context, persistentVolumeKind, volume, PV_PROTECTION, hold, signal);
      return done;
    },
  };
}

/** Puts the finalizer on, unless the object is leaving already, or takes it off. */
async function holdOrRelease<T extends KubeObject>(
  { client }: ControllerContext,
  kind: Kind<T>,
  { metadata }: T,
  finalizer: string,
  hold: boolean,
  signal: AbortSignal,
): Promise<void> {
  const {
    name,
    namespace,
    uid,
    resourceVersion,
    deletionTimestamp,
    finalizers = [],
  } = metadata as T['metadata'] & {
    readonly finalizers?: readonly string[];
  };
  if (finalizers.includes(finalizer) === hold || (hold && deletionTimestamp !== undefined)) return;
  const next = hold ? [...finalizers, finalizer] : finalizers.filter((other) => other !== finalizer);
  const body = { metadata: { uid, resourceVersion, finalizers: next } };
  await client.resource(kind).patch(name, { type: 'merge', body }, { namespace, signal });
}
