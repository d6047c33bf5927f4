import {
  controllerOf,
  isAlreadyExists,
  isNotFound,
  type PersistentVolumeClaim,
  type Pod,
  type PodTemplateSpec,
  persistentVolumeClaimKind,
  podKind,
  type StatefulSet,
} from '@coxswain/api';
import type { ApiClient, Lister } from '@coxswain/client';
import type { Events } from '../../controller-context.ts';
import { messageOf } from '../../shared/manage-pods.ts';
import { claimNameOf, hasIdentity, podNameOf, statefulPod, withIdentity } from './identity.ts';
import { planClaimOwners } from './plan-claim-owners.ts';
import type { StatefulAction } from './plan-stateful-set.ts';

export interface ApplyOptions {
  readonly client: ApiClient;
  readonly events: Events;
  readonly claims: Lister<PersistentVolumeClaim>;
  readonly signal: AbortSignal;
  /** The template that a revision keeps. */
  templateOf(revision: string): PodTemplateSpec;
}

/** Carries out one step of a plan. Names are fixed, so that a stale cache can double nothing. */
export async function applyAction(set: StatefulSet, action: StatefulAction, options: ApplyOptions): Promise<void> {
  switch (action.kind) {
    case 'create':
      return create(set, action.ordinal, action.revision, options);
    case 'repair':
      return repair(set, action.ordinal, action.pod, options);
    case 'recreate': {
      const { phase } = action.pod.status ?? {};
      const failed = phase === 'Failed';
      const what = `StatefulSet ${set.metadata.namespace}/${set.metadata.name} is recreating ${failed ? 'failed' : 'terminated'} Pod ${action.pod.metadata.name}`;
      const reason = failed ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod';
      options.events.event(set, failed ? 'Warning' : 'Normal', reason, what);
      return remove(set, action.pod, options);
    }
    case 'scaleDown':
      await ownClaims(set, action.ordinal, action.pod, true, options);
      return remove(set, action.pod, options);
    case 'update':
      return remove(set, action.pod, options);
    default:
      return action satisfies never;
  }
}

async function create(set: StatefulSet, ordinal: number, revision: string, options: ApplyOptions): Promise<void> {
  const name = podNameOf(set, ordinal);
  const { client, events, signal } = options;
  try {
    await createClaims(set, ordinal, options);
    await client
      .resource(podKind)
      .create(statefulPod(set, ordinal, options.templateOf(revision), revision), { signal });
  } catch (error) {
    if (isAlreadyExists(error) && (await isOurs(set, name, options))) return;
    const message = `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`;
    events.event(set, 'Warning', 'FailedCreate', message);
    throw error;
  }
  events.event(set, 'Normal', 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
}

/** Made a moment ago, and not in the cache yet: its event wakes the StatefulSet again. */
async function isOurs(set: StatefulSet, name: string, { client, signal }: ApplyOptions): Promise<boolean> {
  const existing = await client.resource(podKind).get(name, { namespace: set.metadata.namespace, signal });
  return controllerOf(existing)?.uid === set.metadata.uid;
}

/** Claims that are there are used as they are; one that is being deleted must go first. */
async function createClaims(set: StatefulSet, ordinal: number, options: ApplyOptions): Promise<void> {
  const { client, events, claims, signal } = options;
  const { namespace = '', name: setName } = set.metadata;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimNameOf(set, template, ordinal);
    const existing = claims.get(`${namespace}/${name}`);
    if (existing?.metadata.deletionTimestamp !== undefined) throw new Error(`pvc ${name} is being deleted`);
    if (existing) continue;
    const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
    const { annotations } = template.metadata;
    const metadata = { name, namespace, labels, ...(annotations ? { annotations } : {}) };
    const what = `Claim ${name} Pod ${podNameOf(set, ordinal)} in StatefulSet ${setName}`;
    const claim: PersistentVolumeClaim = { metadata, spec: template.spec };
    const ownerReferences = planClaimOwners({ set, claim, pod: undefined, condemned: false });
    if (ownerReferences) claim.metadata.ownerReferences = ownerReferences;
    try {
      await client.resource(persistentVolumeClaimKind).create(claim, { signal });
      events.event(set, 'Normal', 'SuccessfulCreate', `create ${what} success`);
    } catch (error) {
      if (isAlreadyExists(error)) continue;
      events.event(set, 'Warning', 'FailedCreate', `create ${what} failed error: ${messageOf(error)}`);
      throw error;
    }
  }
}

async function repair(set: StatefulSet, ordinal: number, pod: Pod, options: ApplyOptions): Promise<void> {
  await createClaims(set, ordinal, options);
  if (hasIdentity(set, ordinal, pod)) return;
  const { labels } = withIdentity(set, ordinal, pod).metadata;
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const body = { metadata: { uid, resourceVersion, labels } };
  await options.client.resource(podKind).patch(name, { type: 'merge', body }, { namespace, signal: options.signal });
}

/** Keeps the owners of a pod's claims as the retention policy says. */
export async function ownClaims(
  set: StatefulSet,
  ordinal: number,
  pod: Pod | undefined,
  condemned: boolean,
  { client, claims, signal }: Pick<ApplyOptions, 'client' | 'claims' | 'signal'>,
): Promise<void> {
  const { namespace = '' } = set.metadata;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const claim = claims.get(`${namespace}/${claimNameOf(set, template, ordinal)}`);
    if (!claim) continue;
    const ownerReferences = planClaimOwners({ set, claim, pod, condemned });
    if (!ownerReferences) continue;
    const { name, uid, resourceVersion } = claim.metadata;
    const body = { metadata: { uid, resourceVersion, ownerReferences } };
    await client.resource(persistentVolumeClaimKind).patch(name, { type: 'merge', body }, { namespace, signal });
  }
}

async function remove(set: StatefulSet, pod: Pod, { client, events, signal }: ApplyOptions): Promise<void> {
  const { name, namespace, uid = '' } = pod.metadata;
  const what = `delete Pod ${name} in StatefulSet ${set.metadata.name}`;
  try {
    await client.resource(podKind).delete(name, { namespace, signal, preconditions: { uid } });
    events.event(set, 'Normal', 'SuccessfulDelete', `${what} successful`);
  } catch (error) {
    if (isNotFound(error)) return;
    events.event(set, 'Warning', 'FailedDelete', `${what} failed error: ${messageOf(error)}`);
    throw error;
  }
}
