import {
  type CSIDriver,
  type CSINode,
  type CSIStorageCapacity,
  csiDriverKind,
  csiNodeKind,
  csiStorageCapacityKind,
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  type StorageClass,
  storageClassKind,
  type VolumeAttachment,
  volumeAttachmentKind,
} from '@coxswain/api';
import type { InformerFactory } from '@coxswain/client';
import { AssumeCache, type ObjectSource } from './assume-cache.ts';

/** What there is of volumes, with what decisions not yet in the API will make of them. */
export interface VolumeObjects {
  readonly claims: AssumeCache<PersistentVolumeClaim>;
  readonly volumes: AssumeCache<PersistentVolume>;
  readonly classes: ObjectSource<StorageClass>;
  readonly csiNodes: ObjectSource<CSINode>;
  readonly csiDrivers: ObjectSource<CSIDriver>;
  readonly capacities: ObjectSource<CSIStorageCapacity>;
  readonly attachments: ObjectSource<VolumeAttachment>;
}

/** The objects that the informers see. */
export function informedVolumes(informers: InformerFactory): VolumeObjects {
  return {
    claims: new AssumeCache(informers.for(persistentVolumeClaimKind).lister),
    volumes: new AssumeCache(informers.for(persistentVolumeKind).lister),
    classes: informers.for(storageClassKind).lister,
    csiNodes: informers.for(csiNodeKind).lister,
    csiDrivers: informers.for(csiDriverKind).lister,
    capacities: informers.for(csiStorageCapacityKind).lister,
    attachments: informers.for(volumeAttachmentKind).lister,
  };
}
