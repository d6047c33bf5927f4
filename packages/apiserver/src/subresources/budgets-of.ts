import {
  type Kind,
  labelSelectorAsSelector,
  newTimeout,
  type Pod,
  type PodDisruptionBudget,
  podDisruptionBudgetKind,
} from '@coxswain/api';
import type { HandlerDependencies } from '../handlers/dependencies.ts';

/** The budgets that protect a pod, none missed that was stored before the call. @throws StatusError Timeout */
export async function budgetsOf(
  { caches }: Pick<HandlerDependencies, 'caches'>,
  pod: Pod,
  signal: AbortSignal,
): Promise<readonly PodDisruptionBudget[]> {
  const cache = caches.forKind(podDisruptionBudgetKind as unknown as Kind);
  const { outcome } = await cache.waitForRevision(await caches.currentRevision(signal), { signal });
  if (outcome === 'too-new') throw newTimeout('the disruption budgets are not known yet', 1);
  const page = cache.list({ namespace: pod.metadata.namespace ?? '' });
  if (page.outcome !== 'page') return [];
  const budgets = page.entries.map(({ object }) => object as unknown as PodDisruptionBudget);
  return budgets.filter((budget) => protects(budget, pod));
}

function protects({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean {
  try {
    return labelSelectorAsSelector(spec.selector).matches(metadata.labels ?? {});
  } catch {
    // What can't be read selects nothing.
    return false;
  }
}
