import {
  csiNodeKind,
  csiStorageCapacityKind,
  deepEqual,
  type Kind,
  type KubeObject,
  type Node,
  nodeKind,
  objectKey,
  type Pod,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  storageClassKind,
  volumeAttachmentKind,
} from '@coxswain/api';
import type { Informer, InformerFactory } from '@coxswain/client';
import type { NominatedPods } from './cache/nominated-pods.ts';
import { podInfoOf } from './cache/pod-info.ts';
import type { SchedulerCache } from './cache/scheduler-cache.ts';
import type { EventName } from './framework/cluster-event.ts';
import type { SchedulingQueue } from './queue/scheduling-queue.ts';

export interface ClusterEventTargets {
  readonly informers: InformerFactory;
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominated: NominatedPods;
  /** Whether we are the pod's scheduler. */
  readonly isOurs: (pod: Pod) => boolean;
}

/** Pods that have ended hold nothing. */
export const ACTIVE_PODS = 'status.phase!=Succeeded,status.phase!=Failed';

/** Carries what the informers see to the cache and the queue. */
export function handleClusterEvents(targets: ClusterEventTargets): void {
  const { informers, cache, queue, nominated, isOurs: waits } = targets;
  informers.for(nodeKind).addHandler({
    added(node) {
      cache.setNode(node);
      queue.move({ name: 'NodeAdd', new: node });
    },
    updated(node, old) {
      cache.setNode(node);
      for (const name of nodeChanges(old, node)) queue.move({ name, old, new: node });
    },
    deleted(node) {
      cache.removeNode(objectKey(node));
      queue.move({ name: 'NodeDelete', old: node });
    },
  });

  const shared = <T extends KubeObject>(kind: Kind<T>) => informers.for(kind) as unknown as Informer<KubeObject>;
  const watched: readonly [Informer<KubeObject>, EventName, EventName][] = [
    [shared(persistentVolumeKind), 'PvAdd', 'PvUpdate'],
    [shared(persistentVolumeClaimKind), 'PvcAdd', 'PvcUpdate'],
    [shared(storageClassKind), 'StorageClassAdd', 'StorageClassUpdate'],
    [shared(csiNodeKind), 'CSINodeAdd', 'CSINodeUpdate'],
    [shared(csiStorageCapacityKind), 'CSIStorageCapacityAdd', 'CSIStorageCapacityUpdate'],
  ];
  for (const [informer, add, update] of watched)
    informer.addHandler({
      added: (object) => queue.move({ name: add, new: object }),
      updated: (object, old) => queue.move({ name: update, old, new: object }),
    });
  informers.for(volumeAttachmentKind).addHandler({
    deleted: (old) => queue.move({ name: 'VolumeAttachmentDelete', old }),
  });

  const assigned = ({ spec }: Pod) => Boolean(spec.nodeName);

  function assign(pod: Pod): void {
    cache.setPod(pod);
    nominated.delete(podInfoOf(pod).uid);
    queue.delete(pod);
    queue.move({ name: 'AssignedPodAdd', new: pod });
  }

  informers.for(podKind, { fieldSelector: ACTIVE_PODS }).addHandler({
    added(pod) {
      if (assigned(pod)) assign(pod);
      else if (waits(pod)) {
        nominated.set(podInfoOf(pod), pod.status?.nominatedNodeName ?? '');
        queue.add(pod);
      }
    },
    updated(pod, old) {
      if (assigned(pod)) {
        if (!assigned(old)) return assign(pod);
        cache.setPod(pod);
        if (podChanged(old, pod)) queue.move({ name: 'AssignedPodUpdate', old, new: pod });
      } else if (waits(pod)) {
        const name = pod.status?.nominatedNodeName ?? '';
        if (name !== (old.status?.nominatedNodeName ?? '')) nominated.set(podInfoOf(pod), name);
        queue.update(old, pod);
      }
    },
    deleted(pod) {
      queue.delete(pod);
      nominated.delete(podInfoOf(pod).uid);
      if (cache.removePod(pod)) queue.move({ name: 'AssignedPodDelete', old: pod });
    },
  });
}

/** What of a node's change may help a pod. */
export function nodeChanges(old: Node, node: Node): EventName[] {
  const changes: EventName[] = [];
  if (!deepEqual(old.status?.allocatable, node.status?.allocatable)) changes.push('NodeUpdateAllocatable');
  if (!deepEqual(old.metadata.labels, node.metadata.labels)) changes.push('NodeUpdateLabel');
  if (!deepEqual(old.spec?.taints, node.spec?.taints) || old.spec?.unschedulable !== node.spec?.unschedulable)
    changes.push('NodeUpdateTaint');
  return changes;
}

function podChanged(old: Pod, pod: Pod): boolean {
  return (
    old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    !deepEqual(old.metadata.labels, pod.metadata.labels) ||
    !deepEqual(old.spec, pod.spec)
  );
}
