import type { DaemonSet } from '@coxswain/api';
import { scaledValue } from '../../shared/int-or-percent.ts';

export interface UpdateLimits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Both round up, of the nodes that want a pod; one is unavailable where neither allows anything. */
export function updateLimits({ spec }: DaemonSet, desired: number): UpdateLimits {
  const { type = 'RollingUpdate', rollingUpdate } = spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 };
  const maxSurge = scaledValue(rollingUpdate?.maxSurge ?? 0, desired, 'up');
  const maxUnavailable = scaledValue(rollingUpdate?.maxUnavailable ?? 1, desired, 'up');
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 && desired > 0 ? 1 : maxUnavailable };
}
