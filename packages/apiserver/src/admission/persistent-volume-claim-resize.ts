import {
  type PersistentVolumeClaim,
  parseQuantity,
  persistentVolumeClaimKind,
  type StorageClass,
  storageClassKind,
} from '@coxswain/api';
import type { AdmissionPlugin } from './admission.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { isFor } from './is-for.ts';
import { refuse } from './refuse.ts';

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** PersistentVolumeClaimResize: claims grow only where their class allows it. */
export function persistentVolumeClaimResize(objects: ClusterObjects): AdmissionPlugin {
  return {
    name: 'PersistentVolumeClaimResize',
    async validate(request) {
      if (request.operation !== 'UPDATE' || !isFor(request, persistentVolumeClaimKind)) return;
      const next = request.object as unknown as PersistentVolumeClaim;
      const old = request.oldObject as unknown as PersistentVolumeClaim;
      if (sizeOf(next).compare(sizeOf(old)) <= 0) return;
      if (old.status?.phase !== 'Bound') throw refuse(request, 'Only bound persistent volume claims can be expanded');
      const name = classOf(next);
      const storageClass =
        name !== '' && name === classOf(old) ? await objects.get<StorageClass>(storageClassKind, '', name) : undefined;
      if (storageClass?.allowVolumeExpansion !== true)
        throw refuse(
          request,
          'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
        );
    },
  };
}

function sizeOf({ spec }: PersistentVolumeClaim) {
  return parseQuantity(spec.resources?.requests?.['storage'] ?? '0');
}

function classOf({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? '';
}
