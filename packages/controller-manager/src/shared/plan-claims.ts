import type { KubeObject } from '@coxswain/api';

export interface ClaimInput<T extends KubeObject> {
  readonly owner: KubeObject;
  readonly objects: readonly T[];
  matches(object: T): boolean;
}

export interface Claims<T extends KubeObject> {
  /** Ours by ControllerRef and still selected. */
  readonly owned: readonly T[];
  /** Selected, without a controller: a ControllerRef is to be added. */
  readonly adopt: readonly T[];
  /** Ours, no longer selected: the ControllerRef is to be removed. */
  readonly release: readonly T[];
}

/** Who belongs to a controller, by ControllerRef first and selector second, as upstream's ControllerRefManager. */
export function planClaims<T extends KubeObject>({ owner, objects, matches }: ClaimInput<T>): Claims<T> {
  const owned: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  const ownerLeaves = owner.metadata.deletionTimestamp !== undefined;
  for (const object of objects) {
    const controller = object.metadata.ownerReferences?.find((reference) => reference.controller);
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue;
      if (matches(object)) owned.push(object);
      else if (!ownerLeaves) release.push(object);
      continue;
    }
    if (ownerLeaves || object.metadata.deletionTimestamp !== undefined) continue;
    if (matches(object)) adopt.push(object);
  }
  return { owned, adopt, release };
}
