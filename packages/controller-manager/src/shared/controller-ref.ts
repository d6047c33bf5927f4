import type { Kind, KubeObject, OwnerReferenceShape } from '@coxswain/api';

/** The reference that makes `owner` the controller of another object. */
export function controllerRefTo(
  owner: KubeObject,
  kind: Kind<never> | { apiVersion: string; kind: string },
): OwnerReferenceShape {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The owner that controls this object, if any. */
export function controllerOf(object: KubeObject): OwnerReferenceShape | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller);
}
