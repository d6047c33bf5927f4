import { controllerOf, type KubeObject, objectKey, type Pod } from '@coxswain/api';
import { type Informer, type Source, source } from '@coxswain/client';
import type { Expectations } from './expectations.ts';

export interface PodOwnerOptions<T extends KubeObject> {
  /** The owners. */
  readonly owners: Informer<T>;
  readonly pods: Informer<Pod>;
  /** Whether an orphan is for this owner to adopt. */
  matches(owner: T, pod: Pod): boolean;
  readonly expectations?: Expectations;
}

/**
 * What wakes a controller that owns pods: its own objects, the pods it controls, and orphans that it may adopt.
 * Creations and deletions are told to the expectations as they are seen.
 */
export function podOwnerSources<T extends KubeObject>(options: PodOwnerOptions<T>): Source[] {
  const { owners, pods, expectations } = options;

  function ownerOf(pod: Pod): T | undefined {
    const reference = controllerOf(pod);
    if (reference?.kind !== owners.kind.kind) return undefined;
    const owner = owners.lister.get(`${pod.metadata.namespace}/${reference.name}`);
    return owner?.metadata.uid === reference.uid ? owner : undefined;
  }

  function keysOf(pod: Pod): string[] {
    if (controllerOf(pod)) {
      const owner = ownerOf(pod);
      return owner ? [objectKey(owner)] : [];
    }
    return owners.lister
      .byNamespace(pod.metadata.namespace ?? '')
      .filter((owner) => options.matches(owner, pod))
      .map(objectKey);
  }

  if (expectations) {
    const leaves = (pod: Pod) => {
      const owner = ownerOf(pod);
      if (owner) expectations.deletionObserved(objectKey(owner), pod.metadata.uid ?? '');
    };
    pods.addHandler({
      added(pod) {
        const owner = ownerOf(pod);
        if (pod.metadata.deletionTimestamp !== undefined) leaves(pod);
        else if (owner) expectations.creationObserved(objectKey(owner));
      },
      updated(pod) {
        if (pod.metadata.deletionTimestamp !== undefined) leaves(pod);
      },
      deleted: leaves,
    });
    owners.addHandler({ deleted: (owner) => expectations.forget(objectKey(owner)) });
  }
  return [
    source(owners),
    source(pods, (pod, event, old) =>
      event === 'updated' && old && controllerOf(old)?.uid !== controllerOf(pod)?.uid
        ? [...keysOf(pod), ...keysOf(old)]
        : keysOf(pod),
    ),
  ];
}
