import type { Pod } from '@coxswain/api';
import { podContainers } from '../container/pod-containers.ts';
import type { Rejection } from './admit-pod.ts';

/** Pure: why a pod with AppArmor profiles can't be here. Unconfined is what it would be without AppArmor anyway. */
export function unenforceableAppArmor(pod: Pod, enabled: boolean): Rejection | undefined {
  const profiles = [
    pod.spec.securityContext?.appArmorProfile,
    ...podContainers(pod).map(({ container }) => container.securityContext?.appArmorProfile),
  ];
  if (enabled || profiles.every((profile) => !profile || profile.type === 'Unconfined')) return undefined;
  return {
    reason: 'AppArmor',
    message: 'Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host',
  };
}
