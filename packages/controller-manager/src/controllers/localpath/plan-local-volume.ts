import {
  type Node,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  SELECTED_NODE,
  type StorageClass,
} from '@coxswain/api';
import { PROVISIONED_BY } from '../persistentvolume/annotations.ts';

/** Rancher's name, so that manifests written for its provisioner fit. */
export const PROVISIONER = 'rancher.io/local-path';
/** Where volumes lie on nodes unless the class's parameter `nodePath` says otherwise. */
const DEFAULT_PATH = '/opt/local-path-provisioner';
const HOSTNAME = 'kubernetes.io/hostname';
const ACCESS_MODES = ['ReadWriteOnce', 'ReadWriteOncePod'];

export type LocalVolumePlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'refuse'; readonly message: string }
  | { readonly kind: 'create'; readonly volume: PersistentVolume };

export interface LocalVolumeInput {
  readonly claim: PersistentVolumeClaim;
  readonly storageClass: StorageClass;
  /** Pods that use the claim. */
  readonly users: readonly Pod[];
  nodeOf(name: string): Node | undefined;
}

/**
 * The volume for a claim: a folder of the node that the scheduler chose, or that a pod of the claim runs on already;
 * with volumeBindingMode Immediate there is no node to choose.
 */
export function planLocalVolume({ claim, storageClass, users, nodeOf }: LocalVolumeInput): LocalVolumePlan {
  const { metadata, spec } = claim;
  if (spec.volumeName || metadata.deletionTimestamp !== undefined) return { kind: 'none' };
  const chosen =
    metadata.annotations?.[SELECTED_NODE] ?? users.find((pod) => pod.spec.nodeName !== undefined)?.spec.nodeName;
  if (chosen === undefined)
    return storageClass.volumeBindingMode === 'WaitForFirstConsumer'
      ? { kind: 'none' }
      : { kind: 'refuse', message: 'configuration error, no node was specified' };
  const bad = (spec.accessModes ?? []).filter((mode) => !ACCESS_MODES.includes(mode));
  if (bad.length > 0)
    return { kind: 'refuse', message: `NodePath only supports ReadWriteOnce and ReadWriteOncePod access modes` };
  if (spec.selector) return { kind: 'refuse', message: 'claim.Spec.Selector is not supported' };
  const node = nodeOf(chosen);
  if (!node) return { kind: 'none' };
  const name = localVolumeName(claim);
  const folder = `${name}_${metadata.namespace}_${metadata.name}`;
  const { nodePath = DEFAULT_PATH } = storageClass.parameters ?? {};
  const hostname = node.metadata.labels?.[HOSTNAME] ?? chosen;
  const volume: PersistentVolume = {
    metadata: { name, annotations: { [PROVISIONED_BY]: PROVISIONER, [SELECTED_NODE]: chosen } },
    spec: {
      accessModes: spec.accessModes ?? [],
      capacity: { storage: spec.resources?.requests?.['storage'] ?? '0' },
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
        resourceVersion: metadata.resourceVersion,
      },
      hostPath: { path: `${nodePath}/${folder}`, type: 'DirectoryOrCreate' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values: [hostname] }] }],
        },
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: 'Filesystem',
    },
  };
  return { kind: 'create', volume };
}

/** Whether a volume is this provisioner's to take away. */
export function isDeletable({ metadata, spec, status }: PersistentVolume): boolean {
  return (
    metadata.annotations?.[PROVISIONED_BY] === PROVISIONER &&
    status?.phase === 'Released' &&
    spec.persistentVolumeReclaimPolicy === 'Delete' &&
    metadata.deletionTimestamp === undefined
  );
}

/** What a claim's volume is called. */
export function localVolumeName({ metadata }: PersistentVolumeClaim): string {
  return `pvc-${metadata.uid}`;
}
