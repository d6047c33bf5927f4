import type { Pod } from '@coxswain/api';
import { isPodActive } from '../../shared/pods.ts';
import { podsToDelete } from './rank-pods.ts';
import type { Replicated } from './replicated.ts';

/** At most this many creations or deletions in one pass. */
export const BURST_REPLICAS = 500;

export type ReplicasPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'create'; readonly count: number }
  | { readonly kind: 'delete'; readonly pods: readonly Pod[] };

export interface ReplicasInput {
  readonly replicaSet: Replicated;
  /** The pods that the ReplicaSet owns. */
  readonly pods: readonly Pod[];
  /** Pods of all ReplicaSets that share its controller; for the order of deletion. */
  readonly related: readonly Pod[];
  readonly now: number;
}

/** How many pods to add, or which to take away. */
export function planReplicas({ replicaSet, pods, related, now }: ReplicasInput): ReplicasPlan {
  if (replicaSet.metadata.deletionTimestamp !== undefined) return { kind: 'none' };
  const active = pods.filter(isPodActive);
  const missing = (replicaSet.spec.replicas ?? 1) - active.length;
  if (missing > 0) return { kind: 'create', count: Math.min(missing, BURST_REPLICAS) };
  if (missing < 0)
    return { kind: 'delete', pods: podsToDelete(active, related, Math.min(-missing, BURST_REPLICAS), now) };
  return { kind: 'none' };
}
