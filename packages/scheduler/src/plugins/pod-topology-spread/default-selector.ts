import { labelSelectorAsSelector, replicaSetKind, type Selector, selectorFromSet, serviceKind } from '@coxswain/api';
import type { InformerFactory } from '@coxswain/client';
import type { PodInfo } from '../../cache/pod-info.ts';

/** Finds the pods that do the same as a pod: those of its Services and its ReplicaSet. */
export function defaultSelector(informers: InformerFactory): (pod: PodInfo) => Selector | undefined {
  const services = informers.for(serviceKind).lister;
  const replicaSets = informers.for(replicaSetKind).lister;
  return ({ pod, namespace, labels }) => {
    let selector = selectorFromSet({});
    for (const { spec } of services.byNamespace(namespace)) {
      if (!spec.selector || Object.keys(spec.selector).length === 0) continue;
      const ofService = selectorFromSet(spec.selector);
      if (ofService.matches(labels)) selector = selector.add(...ofService.requirements);
    }
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    if (owner?.kind === 'ReplicaSet') {
      const replicaSet = replicaSets.get(`${namespace}/${owner.name}`);
      if (replicaSet && replicaSet.metadata.uid === owner.uid)
        selector = selector.add(...labelSelectorAsSelector(replicaSet.spec.selector).requirements);
    }
    return selector.isEmpty() ? undefined : selector;
  };
}
