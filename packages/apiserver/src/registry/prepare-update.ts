import { applyDefaults, deepEqual, type Kind, type KubeObject, newConflict } from '@coxswain/api';
import { storageKey } from '../storage/storage-path.ts';
import { groupResource } from './group-resource.ts';
import { hasGeneration } from './prepare-create.ts';

type WithStatus = KubeObject & { status?: unknown };

/**
 * The default step of an update: what only the server may change is taken over from `old`, then defaults, then what the
 * kind sets; the generation rises when anything but metadata and status differs. Mutates `next`.
 * @throws StatusError Conflict when `next` names another uid or an old resourceVersion
 */
export function prepareForUpdate(kind: Kind, next: KubeObject, old: KubeObject): void {
  checkVersion(kind, next, old);
  keepServerFields(next, old);
  if (kind.subresources?.status) copyMember(next, old, 'status');
  applyDefaults(kind, next);
  kind.prepareForUpdate?.(next, old);
  const { generation } = old.metadata;
  if (hasGeneration(kind)) next.metadata.generation = (generation ?? 0) + (specDiffers(next, old) ? 1 : 0);
  else if (generation === undefined) delete next.metadata.generation;
  else next.metadata.generation = generation;
}

/** The same for a write to `/status`: of what came, the status and the plain metadata count. Returns the object to store. */
export function prepareForStatusUpdate(kind: Kind, incoming: KubeObject, old: KubeObject): KubeObject {
  checkVersion(kind, incoming, old);
  keepServerFields(incoming, old);
  const metadata = { ...incoming.metadata };
  copy(metadata, old.metadata, 'ownerReferences');
  copy(metadata, old.metadata, 'generation');
  if (kind.group !== '') copy(metadata, old.metadata, 'labels');
  const next: WithStatus = { ...old, metadata };
  copyMember(next, incoming, 'status');
  return next;
}

function checkVersion(kind: Kind, next: KubeObject, old: KubeObject): void {
  const { resourceVersion = '', uid = '' } = next.metadata;
  const { name, namespace = '' } = old.metadata;
  const key = storageKey(kind, namespace, name);
  if (uid !== '' && uid !== old.metadata.uid)
    throw newConflict(
      groupResource(kind),
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMessage: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    );
  if (resourceVersion !== '' && resourceVersion !== '0' && resourceVersion !== old.metadata.resourceVersion)
    throw newConflict(groupResource(kind), name);
}

const SERVER_FIELDS = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

function keepServerFields(next: KubeObject, old: KubeObject): void {
  const { metadata } = next;
  for (const field of SERVER_FIELDS) copy(metadata, old.metadata, field);
  copy(metadata, old.metadata, 'namespace');
  copy(metadata, old.metadata, 'resourceVersion');
  delete metadata.selfLink;
  delete metadata.managedFields;
}

function specDiffers(next: KubeObject, old: KubeObject): boolean {
  const { metadata: _a, status: _b, ...left } = next as WithStatus;
  const { metadata: _c, status: _d, ...right } = old as WithStatus;
  return !deepEqual(left, right);
}

function copyMember(target: WithStatus, source: WithStatus, field: 'status'): void {
  copy(target, source, field);
}

function copy<T extends object, K extends keyof T>(target: T, source: T, field: K): void {
  if (source[field] === undefined) delete target[field];
  else target[field] = source[field];
}
