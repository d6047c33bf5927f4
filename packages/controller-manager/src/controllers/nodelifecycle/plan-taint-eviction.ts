import type { Pod, Taint, Toleration } from '@coxswain/api';

export type TaintEviction = { readonly kind: 'stay' } | { readonly kind: 'evict'; readonly at: number };

/**
 * When a pod has to leave because of its node's NoExecute taints, in milliseconds since the epoch. A toleration with
 * tolerationSeconds counts from the taint's timeAdded, or from `since` where the taint has none.
 */
export function planTaintEviction(pod: Pod, taints: readonly Taint[], since: number): TaintEviction {
  let at = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    if (taint.effect !== 'NoExecute') continue;
    const toleration = pod.spec.tolerations?.find((candidate) => tolerates(candidate, taint));
    if (!toleration) return { kind: 'evict', at: 0 };
    if (toleration.tolerationSeconds === undefined) continue;
    const start = (taint.timeAdded && Date.parse(taint.timeAdded)) || since;
    at = Math.min(at, toleration.tolerationSeconds <= 0 ? 0 : start + toleration.tolerationSeconds * 1000);
  }
  return Number.isFinite(at) ? { kind: 'evict', at } : { kind: 'stay' };
}

/** An empty key with Exists tolerates everything; an empty effect matches all effects. */
export function tolerates(
  { key = '', operator = 'Equal', value = '', effect = '' }: Toleration,
  taint: Taint,
): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  switch (operator) {
    case '':
    case 'Equal':
      return key !== '' && value === (taint.value ?? '');
    case 'Exists':
      return true;
    default:
      return false;
  }
}
