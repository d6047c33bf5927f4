import type { Kind, KubeObject } from '@coxswain/api';
import type { AdmissionRequest } from '../admission/admission.ts';
import type { ClusterObjects } from '../admission/cluster-objects.ts';

/** Objects for plugins under test, by kind. */
export function fakeClusterObjects(
  ...given: readonly (readonly [kind: object, ...objects: object[]])[]
): ClusterObjects {
  const of = (kind: object) => (given.find(([each]) => each === kind)?.slice(1) ?? []) as unknown as KubeObject[];
  return {
    get: async <T>(kind: object, namespace: string, name: string) =>
      of(kind).find(({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace) as T,
    list: <T>(kind: object) => of(kind) as unknown as readonly T[],
  };
}

/** A create of an object in `default`. */
export function creation(kind: object, object: object, more: Partial<AdmissionRequest> = {}): AdmissionRequest {
  const { metadata } = object as KubeObject;
  return {
    operation: 'CREATE',
    kind: kind as Kind,
    namespace: 'default',
    name: metadata.name,
    subresource: '',
    object: object as KubeObject,
    oldObject: undefined,
    user: { name: 'u', uid: '', groups: [] },
    dryRun: false,
    ...more,
  };
}
