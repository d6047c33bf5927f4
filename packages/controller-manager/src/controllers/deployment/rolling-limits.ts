import type { Deployment } from '@coxswain/api';
import { scaledValue } from '../../shared/int-or-percent.ts';

export interface RollingLimits {
  /** Pods allowed above the desired number. */
  readonly maxSurge: number;
  /** Pods that may be unavailable. */
  readonly maxUnavailable: number;
}

/** Surge rounds up, unavailable down; when both come out as zero, one may be unavailable. Zero for Recreate. */
export function rollingLimits(deployment: Deployment): RollingLimits {
  const replicas = desiredReplicas(deployment);
  const { type = 'RollingUpdate', rollingUpdate } = deployment.spec.strategy ?? {};
  if (type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 };
  const maxSurge = scaledValue(rollingUpdate?.maxSurge ?? '25%', replicas, 'up');
  const unavailable = scaledValue(rollingUpdate?.maxUnavailable ?? '25%', replicas, 'down');
  const maxUnavailable = maxSurge === 0 && unavailable === 0 ? 1 : unavailable;
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) };
}

export function desiredReplicas(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function isRollingUpdate(deployment: Deployment): boolean {
  return (deployment.spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}
