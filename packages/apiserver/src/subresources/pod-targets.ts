import {
  applyDefaults,
  type Kind,
  type KubeObject,
  type Pod,
  validateEphemeralUpdate,
  validateObject,
  validateResize,
} from '@coxswain/api';
import { objectTarget, type UpdateTarget } from '../handlers/update-target.ts';
import { editable } from '../registry/object-store.ts';

/** `pods/x/ephemeralcontainers`: of what comes, spec.ephemeralContainers count. */
export function ephemeralContainersTarget(kind: Kind): UpdateTarget {
  return partOfPod(kind, 'ephemeralcontainers', validateEphemeralUpdate, (pod, incoming) => {
    const { ephemeralContainers } = incoming.spec;
    if (ephemeralContainers) pod.spec.ephemeralContainers = ephemeralContainers;
    else delete pod.spec.ephemeralContainers;
  });
}

/** `pods/x/resize`: of what comes, the resources and resize policies of containers count. */
export function resizeTarget(kind: Kind): UpdateTarget {
  return partOfPod(kind, 'resize', validateResize, (pod, incoming) => {
    for (const field of ['containers', 'initContainers'] as const)
      for (const container of pod.spec[field] ?? []) {
        const wanted = incoming.spec[field]?.find(({ name }) => name === container.name);
        if (!wanted) continue;
        container.resources = wanted.resources ?? {};
        if (wanted.resizePolicy) container.resizePolicy = wanted.resizePolicy;
      }
  });
}

function partOfPod(
  kind: Kind,
  subresource: string,
  validate: (next: Pod, old: Pod) => ReturnType<UpdateTarget['validate']>,
  take: (pod: Pod, incoming: Pod) => void,
): UpdateTarget {
  const whole = objectTarget(kind);
  return {
    kind,
    subresource,
    merge(incoming, current) {
      applyDefaults(kind, incoming);
      const next = editable(current);
      const { resourceVersion, uid } = incoming.metadata;
      Object.assign(next.metadata, { resourceVersion, uid });
      take(next as unknown as Pod, incoming as unknown as Pod);
      return whole.merge(next, current);
    },
    validate: (next: KubeObject, current: KubeObject) => [
      ...validateObject(kind, next),
      ...validate(next as unknown as Pod, current as unknown as Pod),
    ],
  };
}
