import type { Container, VolumeMount, VolumeMountStatus } from '@coxswain/api';
import { recursiveReadOnly } from '../volumes/container-mounts.ts';

/** Pure: what the status says of a container's mounts (KEP-3857), running or not. */
export function volumeMountStatuses({ volumeMounts = [] }: Container, recursiveSupported: boolean) {
  const one = (mount: VolumeMount): VolumeMountStatus => {
    const { name, mountPath, readOnly = false } = mount;
    if (!readOnly) return { name, mountPath };
    return { name, mountPath, readOnly, recursiveReadOnly: isRecursive(mount, recursiveSupported) };
  };
  return volumeMounts.length === 0 ? {} : { volumeMounts: volumeMounts.map(one) };
}

/** What can't be had is not: such a container doesn't start, and says why. */
function isRecursive(mount: VolumeMount, supported: boolean): 'Enabled' | 'Disabled' {
  try {
    return recursiveReadOnly(mount, supported) ? 'Enabled' : 'Disabled';
  } catch {
    return 'Disabled';
  }
}
