import { controllerOf, type KubeObject, type OwnerReferenceShape, type Pod } from '@coxswain/api';

/** An object that says how many pods it wants. */
export type Scaled = KubeObject & { readonly spec: { readonly replicas?: number | undefined } };

export interface ScaleLookup {
  /** The object that a ControllerRef means, or undefined when it is gone; null when its kind can't be scaled. */
  find(namespace: string, reference: OwnerReferenceShape): Scaled | undefined | null;
}

export interface ExpectedScale {
  readonly scale: number;
  /** Pods that nothing controls, which can't be counted. */
  readonly unmanaged: readonly Pod[];
}

/**
 * The pods that the controllers of these pods want in all; a ReplicaSet of a Deployment stands for the Deployment.
 * @throws Error when a controller has no scale
 */
export function expectedScale(pods: readonly Pod[], lookup: ScaleLookup): ExpectedScale {
  const scales = new Map<string, number>();
  const unmanaged: Pod[] = [];
  for (const pod of pods) {
    const { namespace = '' } = pod.metadata;
    const reference = controllerOf(pod);
    if (!reference) {
      unmanaged.push(pod);
      continue;
    }
    if (scales.has(reference.uid)) continue;
    const owner = resolve(lookup, namespace, reference);
    if (!owner) continue;
    const above = reference.kind === 'ReplicaSet' ? controllerOf(owner) : undefined;
    const top = above ? (resolve(lookup, namespace, above) ?? owner) : owner;
    scales.set(reference.uid, 0);
    scales.set(top.metadata.uid ?? '', top.spec.replicas ?? 1);
  }
  return { scale: [...scales.values()].reduce((sum, size) => sum + size, 0), unmanaged };
}

function resolve(lookup: ScaleLookup, namespace: string, reference: OwnerReferenceShape): Scaled | undefined {
  const found = lookup.find(namespace, reference);
  if (found === null) throw new Error(`${reference.kind} ${reference.name} does not implement the scale subresource`);
  return found?.metadata.uid === reference.uid ? found : undefined;
}
