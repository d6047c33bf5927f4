import { randomUUID } from 'node:crypto';
import {
  applyDefaults,
  failure,
  formatTime,
  type Kind,
  type KubeObject,
  type Requester,
  StatusError,
} from '@coxswain/api';

const SERVER: Requester = { name: 'system:apiserver', uid: '', groups: ['system:masters'] };

/**
 * The default step of a create: what the server sets in every object, then defaults, then what the kind sets. Mutates.
 * @throws StatusError (500, as upstream) when it comes with a resourceVersion
 */
export function prepareForCreate(
  kind: Kind,
  object: KubeObject,
  namespace: string,
  now: number,
  requester: Requester = SERVER,
): void {
  const { metadata } = object;
  if ((metadata.resourceVersion ?? '') !== '')
    throw new StatusError(failure(500, '', 'resourceVersion should not be set on objects to be created'));
  delete metadata.resourceVersion;
  if (kind.namespaced) metadata.namespace = namespace;
  metadata.uid = randomUUID();
  metadata.creationTimestamp = formatTime(now);
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  delete metadata.managedFields;
  if (hasGeneration(kind)) metadata.generation = 1;
  else delete metadata.generation;
  if (kind.subresources?.status && !kind.keepsStatusOnCreate) delete (object as { status?: unknown }).status;
  applyDefaults(kind, object);
  kind.prepareForCreate?.(object, requester);
}

export function hasGeneration(kind: Kind): boolean {
  return kind.hasGeneration ?? 'spec' in kind.struct.fields;
}
