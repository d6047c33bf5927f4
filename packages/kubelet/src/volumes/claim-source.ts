import {
  claimNameOf,
  isNotFound,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  type Volume,
} from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import { uidOf } from '../container/pod-containers.ts';
import { VolumeError } from './payload-files.ts';

/** Finds the persistent volume behind a pod's volume. */
export interface ClaimSource {
  /** @throws VolumeError in upstream's words when the claim is missing, unbound or not this pod's */
  resolve(pod: Pod, volume: Volume, signal: AbortSignal): Promise<PersistentVolume>;
  /** What was found before. */
  resolved(pod: Pod, volume: Volume): PersistentVolume | undefined;
  /** The pod is gone. */
  forget(uid: string): void;
}

/** Asks the API once a pod and volume: what is bound stays so. */
export class ApiClaimSource implements ClaimSource {
  readonly #client: ApiClient;
  readonly #resolved = new Map<string, PersistentVolume>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async resolve(pod: Pod, volume: Volume, signal: AbortSignal): Promise<PersistentVolume> {
    const key = `${uidOf(pod)}/${volume.name}`;
    let found = this.#resolved.get(key);
    if (!found) {
      found = await this.#find(pod, volume, signal);
      this.#resolved.set(key, found);
    }
    return found;
  }

  resolved(pod: Pod, volume: Volume): PersistentVolume | undefined {
    return this.#resolved.get(`${uidOf(pod)}/${volume.name}`);
  }

  forget(uid: string): void {
    for (const key of this.#resolved.keys()) if (key.startsWith(`${uid}/`)) this.#resolved.delete(key);
  }

  async #find(pod: Pod, volume: Volume, signal: AbortSignal): Promise<PersistentVolume> {
    const namespace = pod.metadata.namespace ?? '';
    const name = claimNameOf(pod, volume) ?? '';
    const options = { signal, timeoutMs: 10_000 };
    const claim = await this.#client
      .resource(persistentVolumeClaimKind)
      .get(name, { namespace, ...options })
      .catch((error) => missing(error, `persistentvolumeclaim "${name}" not found`));
    checkClaim(pod, volume, claim);
    const volumeName = claim.spec.volumeName ?? '';
    const bound = await this.#client
      .resource(persistentVolumeKind)
      .get(volumeName, options)
      .catch((error) => missing(error, `persistentvolume "${volumeName}" not found`));
    if (bound.spec.claimRef?.uid !== claim.metadata.uid)
      throw new VolumeError(`error processing PVC ${namespace}/${name}: PV ${volumeName} is bound to another PVC`);
    return bound;
  }
}

function checkClaim(pod: Pod, volume: Volume, claim: PersistentVolumeClaim): void {
  const { name, namespace, deletionTimestamp, ownerReferences = [] } = claim.metadata;
  if (volume.ephemeral && !ownerReferences.some(({ uid, controller }) => controller && uid === uidOf(pod)))
    throw new VolumeError(
      `PVC ${namespace}/${name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`,
    );
  if (deletionTimestamp && pod.status?.phase === 'Pending' && !volume.ephemeral)
    throw new VolumeError(`error processing PVC ${namespace}/${name}: PVC is being deleted`);
  if (claim.status?.phase !== 'Bound' || !claim.spec.volumeName)
    throw new VolumeError(`error processing PVC ${namespace}/${name}: PVC is not bound`);
}

function missing(error: unknown, message: string): never {
  if (isNotFound(error)) throw new VolumeError(message);
  throw error;
}
