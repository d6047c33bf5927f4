import { deepCopy, deepEqual, type Kind, type KubeObject, newConflict, newNotFound, type Pod } from '@coxswain/api';
import type { DeleteOptionsInput, DynamicResource } from '../api-client.ts';

type WithParts = KubeObject & { spec?: Record<string, unknown>; status?: Record<string, unknown> };

/** What an update stores, or undefined when nothing changes. Rules as the generic registry's. */
export function prepareUpdate(
  resource: DynamicResource,
  kind: Kind | undefined,
  sent: KubeObject,
  old: KubeObject,
  subresource: string,
): KubeObject | undefined {
  const { name, resourceVersion, uid } = sent.metadata;
  const groupResource = { group: resource.group, resource: resource.plural };
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw newConflict(groupResource, name);
  if (uid && uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    throw newConflict(groupResource, name, why);
  }
  const next = deepCopy(sent) as WithParts;
  const before = old as WithParts;
  if (subresource === 'status') {
    const status = next.status;
    Object.assign(next, deepCopy(old));
    if (status === undefined) delete next.status;
    else next.status = status;
  } else if (kind?.subresources?.status && before.status !== undefined) {
    next.status = deepCopy(before.status);
  }
  keepServerFields(next, old);
  if (kind?.hasGeneration !== false && subresource !== 'status' && bodyChanged(next, before))
    next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  return deepEqual(next, old) ? undefined : next;
}

function keepServerFields(next: KubeObject, old: KubeObject): void {
  next.apiVersion ??= old.apiVersion;
  next.kind ??= old.kind;
  const kept = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation'] as const;
  for (const field of [...kept, 'resourceVersion' as const]) {
    if (old.metadata[field] === undefined) delete next.metadata[field];
    else (next.metadata as unknown as Record<string, unknown>)[field] = old.metadata[field];
  }
}

function bodyChanged(next: KubeObject, old: KubeObject): boolean {
  const body = ({ metadata: _m, status: _s, ...rest }: WithParts) => rest;
  return !deepEqual(body(next as WithParts), body(old as WithParts));
}

/** Whether nothing holds an object that is being deleted. */
export function isReleased(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  const inSpec =
    object.kind === 'Namespace' ? ((object as WithParts).spec?.['finalizers'] as string[] | undefined) : [];
  return (
    deletionTimestamp !== undefined &&
    deletionGracePeriodSeconds === 0 &&
    finalizers.length === 0 &&
    (inSpec ?? []).length === 0
  );
}

/** The object marked as a delete with these options marks it; `isReleased` tells whether it goes at once. */
export function markDeleted(
  resource: DynamicResource,
  old: KubeObject,
  options: DeleteOptionsInput,
  now: number,
): KubeObject {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const groupResource = { group: resource.group, resource: resource.plural };
  if (uid !== undefined && uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    throw newConflict(groupResource, old.metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion)
    throw newConflict(groupResource, old.metadata.name);
  const next = deepCopy(old) as WithParts;
  const { metadata } = next;
  if (metadata.deletionTimestamp === undefined && options.propagationPolicy === 'Orphan')
    metadata.finalizers = [...(metadata.finalizers ?? []), 'orphan'];
  if (metadata.deletionTimestamp === undefined && options.propagationPolicy === 'Foreground')
    metadata.finalizers = [...(metadata.finalizers ?? []), 'foregroundDeletion'];
  const grace = graceOf(next, options.gracePeriodSeconds);
  const before = metadata.deletionGracePeriodSeconds;
  if (metadata.deletionTimestamp === undefined || grace < (before ?? 0)) {
    metadata.deletionTimestamp = isoSeconds(now + grace * 1000);
    metadata.deletionGracePeriodSeconds = grace;
    if (metadata.generation !== undefined) metadata.generation++;
  }
  if (next.kind === 'Namespace') next.status = { ...next.status, phase: 'Terminating' };
  return next;
}

function graceOf(object: KubeObject, asked: number | undefined): number {
  if (object.kind !== 'Pod') return 0;
  const { spec, status } = object as Pod;
  if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  return asked ?? spec.terminationGracePeriodSeconds ?? 30;
}

/** `2026-01-01T00:00:00Z`. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function notFound({ group, plural }: DynamicResource, name: string): Error {
  return newNotFound({ group, resource: plural }, name);
}
