import { isInvalid, isNotFound, type KubeObject, type OwnerReferenceShape } from '@coxswain/api';
import type { ResourceClient } from '@coxswain/client';
import type { Claims } from './plan-claims.ts';

export interface ApplyClaimsOptions<T extends KubeObject> {
  readonly client: ResourceClient<T>;
  readonly reference: OwnerReferenceShape;
  /** Reads the owner from the server; adoption happens only while it lives on under the same uid. */
  liveOwner(): Promise<KubeObject>;
  readonly signal: AbortSignal;
}

/** Writes adoptions and releases; resolves with everything owned afterwards. Conflicts are thrown: reconcile again. */
export async function applyClaims<T extends KubeObject>(
  claims: Claims<T>,
  options: ApplyClaimsOptions<T>,
): Promise<T[]> {
  const { client, reference, signal } = options;
  const owned = [...claims.owned];
  for (const object of claims.release) {
    const rest = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== reference.uid);
    await tolerateGone(patchOwners(client, object, rest, signal));
  }
  if (claims.adopt.length === 0) return owned;
  const live = await options.liveOwner();
  if (live.metadata.uid !== reference.uid) throw new Error(`original ${reference.kind} ${reference.name} is gone`);
  if (live.metadata.deletionTimestamp !== undefined) return owned;
  for (const object of claims.adopt) {
    const references = [...(object.metadata.ownerReferences ?? []), reference];
    const adopted = await tolerateGone(patchOwners(client, object, references, signal));
    if (adopted) owned.push(adopted);
  }
  return owned;
}

function patchOwners<T extends KubeObject>(
  client: ResourceClient<T>,
  object: T,
  ownerReferences: readonly OwnerReferenceShape[],
  signal: AbortSignal,
): Promise<T> {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  const body = { metadata: { uid, resourceVersion, ownerReferences } };
  return client.patch(name, { type: 'merge', body }, { namespace, signal });
}

async function tolerateGone<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isNotFound(error) || isInvalid(error)) return undefined;
    throw error;
  }
}
