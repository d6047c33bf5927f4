import { controllerOf, type Pod, podKind } from '@coxswain/api';
import type { Informer, InformerFactory } from '@coxswain/client';

const BY_CONTROLLER = 'controllerUid';
const BY_NODE = 'nodeName';

const INDEXES = {
  [BY_CONTROLLER]: (pod: Pod) => [controllerOf(pod)?.uid ?? orphansOf(pod.metadata.namespace ?? '')],
  [BY_NODE]: (pod: Pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []),
};

/** The shared pod informer with the indexes that controllers need. */
export function podInformer(informers: InformerFactory): Informer<Pod> {
  return informers.for(podKind, { indexes: INDEXES });
}

export function podsOfController(informer: Informer<Pod>, uid: string): Pod[] {
  return informer.lister.byIndex(BY_CONTROLLER, uid);
}

export function orphanPods(informer: Informer<Pod>, namespace: string): Pod[] {
  return informer.lister.byIndex(BY_CONTROLLER, orphansOf(namespace));
}

export function podsOfNode(informer: Informer<Pod>, nodeName: string): Pod[] {
  return informer.lister.byIndex(BY_NODE, nodeName);
}

function orphansOf(namespace: string): string {
  return `orphans/${namespace}`;
}
