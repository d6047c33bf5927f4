import {
  type PersistentVolumeClaim,
  persistentVolumeClaimKind,
  type StorageClass,
  storageClassKind,
} from '@coxswain/api';
import type { AdmissionPlugin } from './admission.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { isFor } from './is-for.ts';

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
      const chosen = newestDefault(objects.list<StorageClass>(storageClassKind, ''));
      if (chosen) claim.spec.storageClassName = chosen.metadata.name ?? '';
    },
  };
}

function newestDefault(classes: readonly StorageClass[]): StorageClass | undefined {
  const time = ({ metadata }: StorageClass) => metadata.creationTimestamp ?? '';
  return classes
    .filter(({ metadata }) => DEFAULT.some((annotation) => metadata.annotations?.[annotation] === 'true'))
    .sort((a, b) => (time(a) === time(b) ? compare(a.metadata.name, b.metadata.name) : compare(time(b), time(a))))[0];
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
