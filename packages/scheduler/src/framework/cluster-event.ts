import type { KubeObject } from '@coxswain/api';
import type { PodInfo } from '../cache/pod-info.ts';

/** What happens in the cluster that may make room for a pod; names as in upstream's queue metrics. */
export type EventName =
  | 'NodeAdd'
  | 'NodeDelete'
  | 'NodeUpdateAllocatable'
  | 'NodeUpdateLabel'
  | 'NodeUpdateTaint'
  | 'AssignedPodAdd'
  | 'AssignedPodUpdate'
  | 'AssignedPodDelete'
  | 'PvAdd'
  | 'PvUpdate'
  | 'PvcAdd'
  | 'PvcUpdate'
  | 'StorageClassAdd'
  | 'StorageClassUpdate'
  | 'CSINodeAdd'
  | 'CSINodeUpdate'
  | 'CSIStorageCapacityAdd'
  | 'CSIStorageCapacityUpdate'
  | 'VolumeAttachmentDelete'
  /** The waiting pod itself was changed. */
  | 'PodUpdate';

export interface ClusterEvent {
  readonly name: EventName;
  readonly old?: KubeObject | undefined;
  readonly new?: KubeObject | undefined;
}

export type QueueingHint = 'Queue' | 'Skip';

/** An event that may unstick a pod that the plugin rejected; `hint` looks closer. Without one the pod is queued. */
export interface EventRegistration {
  readonly event: EventName;
  hint?(pod: PodInfo, event: ClusterEvent): QueueingHint;
}
