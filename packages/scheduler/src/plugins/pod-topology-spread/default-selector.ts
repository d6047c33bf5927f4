import {
  labelSelectorAsSelector,
  replicaSetKind,
  replicationControllerKind,
  type Selector,
  selectorFromSet,
  serviceKind,
  statefulSetKind,
} from '@coxswain/api';
import type { InformerFactory } from '@coxswain/client';
import type { PodInfo } from '../../cache/pod-info.ts';

/** Finds the pods that do the same as a pod: those of its Services and its ReplicaSet, StatefulSet or the like. */
export function defaultSelector(informers: InformerFactory): (pod: PodInfo) => Selector | undefined {
  const services = informers.for(serviceKind).lister;
  const replicaSets = informers.for(replicaSetKind).lister;
  const statefulSets = informers.for(statefulSetKind).lister;
  const controllers = informers.for(replicationControllerKind).lister;

  function ofOwner({ pod, namespace }: PodInfo): Selector | undefined {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    if (!owner) return undefined;
    const key = `${namespace}/${owner.name}`;
    const same = <T extends { metadata: { uid?: string | undefined } }>(object: T | undefined) =>
      object?.metadata.uid === owner.uid ? object : undefined;
    switch (owner.kind) {
      case 'ReplicaSet':
      case 'StatefulSet': {
        const object = same(owner.kind === 'ReplicaSet' ? replicaSets.get(key) : statefulSets.get(key));
        return object && labelSelectorAsSelector(object.spec.selector);
      }
      case 'ReplicationController': {
        const controller = same(controllers.get(key));
        return controller && selectorFromSet(controller.spec.selector);
      }
      default:
        return undefined;
    }
  }

  return (pod) => {
    let selector = selectorFromSet({});
    for (const { spec } of services.byNamespace(pod.namespace)) {
      if (!spec.selector || Object.keys(spec.selector).length === 0) continue;
      const ofService = selectorFromSet(spec.selector);
      if (ofService.matches(pod.labels)) selector = selector.add(...ofService.requirements);
    }
    selector = selector.add(...(ofOwner(pod)?.requirements ?? []));
    return selector.isEmpty() ? undefined : selector;
  };
}
