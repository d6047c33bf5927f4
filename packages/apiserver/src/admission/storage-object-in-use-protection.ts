import { persistentVolumeClaimKind, persistentVolumeKind } from '@coxswain/api';
import type { AdmissionPlugin } from './admission.ts';
import { isFor } from './is-for.ts';

const FINALIZERS = [
  { kind: persistentVolumeKind, finalizer: 'kubernetes.io/pv-protection' },
  { kind: persistentVolumeClaimKind, finalizer: 'kubernetes.io/pvc-protection' },
];

/** StorageObjectInUseProtection: volumes and claims stay while somebody uses them. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate(request) {
    if (request.operation !== 'CREATE' || !request.object) return;
    const { metadata } = request.object;
    for (const { kind, finalizer } of FINALIZERS)
      if (isFor(request, kind) && !metadata.finalizers?.includes(finalizer))
        metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
  },
};
