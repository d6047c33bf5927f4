import {
  allKinds,
  configMapKind,
  cronJobKind,
  daemonSetKind,
  deploymentKind,
  jobKind,
  type Kind,
  type KubeObject,
  objectKey,
  type Pod,
  persistentVolumeClaimKind,
  podKind,
  type ResourceQuota,
  replicaSetKind,
  replicationControllerKind,
  resourceOf,
  resourceQuotaKind,
  secretKind,
  serviceKind,
  statefulSetKind,
} from '@coxswain/api';
import { type Controller, done, type Informer, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { sameStatus } from '../../shared/compact.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { isPodTerminal } from '../../shared/pods.ts';
import { planQuota } from './plan-quota.ts';

/** These are watched, others are listed when a quota counts them. */
const WATCHED = [
  serviceKind,
  persistentVolumeClaimKind,
  configMapKind,
  secretKind,
  replicationControllerKind,
  deploymentKind,
  replicaSetKind,
  statefulSetKind,
  daemonSetKind,
  jobKind,
  cronJobKind,
] as const;

/** A burst of pods is counted once, not once a pod. */
const MIN_PAUSE_MS = 500;

export interface QuotaOptions {
  /** How often usage is counted anew whatever happened; milliseconds. */
  readonly syncPeriodMs: number;
}

/** Counts what is used of each ResourceQuota. Admission charges for what comes; here is seen what went. */
export function createResourceQuotaController(context: ControllerContext, { syncPeriodMs }: QuotaOptions): Controller {
  const { client, clock } = context;
  const quotas = context.informers.for(resourceQuotaKind);
  const pods = podInformer(context.informers);
  const watched = new Map<string, Informer<KubeObject>>([
    ['pods', pods as unknown as Informer<KubeObject>],
    ['resourcequotas', quotas as unknown as Informer<KubeObject>],
  ]);
  for (const kind of WATCHED)
    watched.set(nameOf(kind), context.informers.for(kind as never) as unknown as Informer<KubeObject>);
  /** When each quota's usage was last counted in full. */
  const counted = new Map<string, number>();
  /** Quotas of which something went since. */
  const lowered = new Set<string>();
  /** When it was last looked at. */
  const lookedAt = new Map<string, number>();
  quotas.addHandler({
    deleted(quota) {
      counted.delete(objectKey(quota));
      lowered.delete(objectKey(quota));
      lookedAt.delete(objectKey(quota));
    },
  });

  async function objectsOf(resource: string, namespace: string, signal: AbortSignal): Promise<readonly KubeObject[]> {
    const informer = watched.get(resource);
    if (informer) return informer.lister.byNamespace(namespace);
    const kind = allKinds.find((each) => each.namespaced && nameOf(each) === resource);
    if (!kind) return [];
    return (await client.resource(kind as Kind).list({ namespace, resourceVersion: '0', signal })).items;
  }

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const quota = quotas.lister.get(key);
    if (!quota) return done;
    const now = clock.now();
    const rest = (lookedAt.get(key) ?? Number.NEGATIVE_INFINITY) + MIN_PAUSE_MS - now;
    if (rest > 0) return requeueAfter(rest);
    lookedAt.set(key, now);
    const since = now - (counted.get(key) ?? Number.NEGATIVE_INFINITY);
    // Taken before the objects are read: what goes meanwhile marks it anew.
    const full = lowered.delete(key) || since >= syncPeriodMs || !sameStatus(quota.status?.hard, quota.spec.hard);
    try {
      await count(quota, full, signal);
    } catch (error) {
      if (full) lowered.add(key);
      throw error;
    }
    if (full) counted.set(key, now);
    return requeueAfter(syncPeriodMs - (now - (counted.get(key) ?? now)));
  }

  async function count(quota: ResourceQuota, mayLower: boolean, signal: AbortSignal): Promise<void> {
    const objects = new Map<string, readonly KubeObject[]>();
    for (const resource of new Set(Object.keys(quota.spec.hard ?? {}).map(resourceOf)))
      if (resource !== undefined)
        objects.set(resource, await objectsOf(resource, quota.metadata.namespace ?? '', signal));
    const status = planQuota({ quota, objects, mayLower, now: clock.now() });
    // Charged meanwhile: this conflicts, and is counted again.
    if (!sameStatus(status, quota.status))
      await client.resource(resourceQuotaKind).updateStatus({ ...quota, status }, { signal });
  }

  /** Quotas of the namespace that count this resource. */
  function touched(resource: string, namespace: string, went: boolean): string[] {
    const keys = quotas.lister
      .byNamespace(namespace)
      .filter(({ spec }) => Object.keys(spec.hard ?? {}).some((name) => resourceOf(name) === resource))
      .map(objectKey);
    if (went) for (const key of keys) lowered.add(key);
    return keys;
  }

  return {
    name: 'resourcequota',
    sources: [
      source(quotas, (quota, event, old) => [
        ...(event === 'updated' && old && quota.spec === old.spec ? [] : [objectKey(quota)]),
        ...touched('resourcequotas', quota.metadata.namespace ?? '', event === 'deleted'),
      ]),
      ...[...watched]
        .filter(([resource]) => resource !== 'resourcequotas')
        .map(([resource, informer]) =>
          source(informer, (object, event, old) => {
            const { namespace = '' } = object.metadata;
            if (event !== 'updated') return touched(resource, namespace, event === 'deleted');
            if (!old || !lowers(resource, object, old)) return [];
            return touched(resource, namespace, true);
          }),
        ),
    ],
    reconcile,
  };
}

function nameOf({ plural, group }: { readonly plural: string; readonly group: string }): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Whether an update may have changed what an object takes of a quota. */
function lowers(resource: string, object: KubeObject, old: KubeObject): boolean {
  if (resource === nameOf(podKind)) return isPodTerminal(object as Pod) && !isPodTerminal(old as Pod);
  return resource === 'services' || resource === 'persistentvolumeclaims';
}
