import {
  type ControllerRevision,
  controllerOf,
  controllerRef,
  controllerRevisionKind,
  isAlreadyExists,
  isNotFound,
  type Kind,
  type KubeObject,
  type LabelSelector,
  labelSelectorAsSelector,
  type PodTemplateSpec,
} from '@coxswain/api';
import type { ApiClient, Informer, InformerFactory } from '@coxswain/client';
import { applyClaims } from './apply-claims.ts';
import { planClaims } from './plan-claims.ts';
import { planRevisions, revisionsToDelete } from './plan-revisions.ts';
import { templateHash } from './template-hash.ts';

/** The label of pods and revisions that says which template they are of. */
export const REVISION_HASH = 'controller-revision-hash';
const BY_NAMESPACE_ORPHANS = 'revisionController';

export interface Revisioned extends KubeObject {
  readonly spec: { readonly template: PodTemplateSpec; readonly selector: LabelSelector };
  readonly status?: { readonly collisionCount?: number | undefined } | undefined;
}

export interface RevisionsOptions<T extends Revisioned> {
  readonly client: ApiClient;
  readonly kind: Kind<T>;
  readonly informer: Informer<ControllerRevision>;
  readonly signal: AbortSignal;
  /** Counts a name that something else has; the next reconcile takes another one. */
  countCollision(owner: T, collisionCount: number): Promise<void>;
}

export interface OwnedRevisions {
  readonly all: readonly ControllerRevision[];
  readonly update: ControllerRevision;
}

/** The shared informer of revisions, by their controller. */
export function revisionInformer(informers: InformerFactory): Informer<ControllerRevision> {
  return informers.for(controllerRevisionKind, { indexes: { [BY_NAMESPACE_ORPHANS]: controllerOrOrphans } });
}

/** One function for all who ask, since they share the informer. */
function controllerOrOrphans(revision: ControllerRevision): string[] {
  return [controllerOf(revision)?.uid ?? `orphans/${revision.metadata.namespace}`];
}

/** Claims the owner's revisions and makes sure that one stands for its template. */
export async function syncRevisions<T extends Revisioned>(
  owner: T,
  { client, kind, informer, signal, countCollision }: RevisionsOptions<T>,
): Promise<OwnedRevisions> {
  const resource = client.resource(controllerRevisionKind);
  const { name, namespace = '', uid = '' } = owner.metadata;
  const reference = controllerRef(owner, kind);
  const selector = labelSelectorAsSelector(owner.spec.selector);
  const objects = [uid, `orphans/${namespace}`].flatMap((key) => informer.lister.byIndex(BY_NAMESPACE_ORPHANS, key));
  const matches = ({ metadata }: ControllerRevision) => selector.matches(metadata.labels ?? {});
  const revisions = await applyClaims(planClaims({ owner, objects, matches }), {
    client: resource,
    reference,
    liveOwner: () => client.resource(kind).get(name, { namespace, signal }),
    signal,
  });
  const plan = planRevisions({
    owner,
    revisions,
    newRevision(data) {
      const hash = templateHash(owner.spec.template, owner.status?.collisionCount);
      const labels = { ...owner.spec.template.metadata?.labels, [REVISION_HASH]: hash };
      const metadata = { name: `${name}-${hash}`, namespace, labels, ownerReferences: [reference] };
      return { metadata, data: data as ControllerRevision['data'], revision: 0 };
    },
  });
  if (plan.renumber) {
    const update = await resource.update(plan.update, { signal });
    return { all: [...revisions.filter(({ metadata }) => metadata.uid !== update.metadata.uid), update], update };
  }
  if (!plan.create) return { all: revisions, update: plan.update };
  try {
    const update = await resource.create(plan.update, { signal });
    return { all: [...revisions, update], update };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const existing = await resource.get(plan.update.metadata.name, { namespace, signal });
    const same = planRevisions({ owner, revisions: [existing], newRevision: () => plan.update });
    const ours = controllerOf(existing)?.uid === uid;
    if (ours && !same.create) return { all: [...revisions, existing], update: existing };
    await countCollision(owner, (owner.status?.collisionCount ?? 0) + 1);
    throw error;
  }
}

/** Deletes revisions beyond the limit that no pod is of; `live` holds names. */
export async function cleanUpRevisions(
  revisions: readonly ControllerRevision[],
  live: ReadonlySet<string>,
  limit: number,
  { client, signal }: { readonly client: ApiClient; readonly signal: AbortSignal },
): Promise<void> {
  for (const { metadata } of revisionsToDelete(revisions, live, limit)) {
    const { name, namespace, uid = '' } = metadata;
    try {
      await client.resource(controllerRevisionKind).delete(name, { namespace, signal, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
