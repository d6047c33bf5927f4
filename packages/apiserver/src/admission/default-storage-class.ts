import {
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  type StorageClass,
  storageClassKind,
} from '@coxswain/api';
import type { AdmissionPlugin } from './admission.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { isFor } from './is-for.ts';
import { newestDefault } from './newest-default.ts';

const DEFAULT = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** DefaultStorageClass: a claim that names no class gets the default one, the newest where there are several. */
export function defaultStorageClass(objects: ClusterObjects): AdmissionPlugin {
  return {
    name: 'DefaultStorageClass',
    mutate(request) {
      if (request.operation !== 'CREATE' || !isFor(request, persistentVolumeClaimKind)) return;
      const claim = request.object as unknown as PersistentVolumeClaim;
      if (claim.spec.storageClassName !== undefined || claim.metadata.annotations?.[BETA_CLASS] !== undefined) return;
      const chosen = newestDefault(objects.list<StorageClass>(storageClassKind, ''), DEFAULT);
      if (chosen) claim.spec.storageClassName = chosen.metadata.name ?? '';
    },
  };
}
