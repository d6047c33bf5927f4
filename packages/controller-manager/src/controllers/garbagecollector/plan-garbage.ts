import type { OwnerReferenceShape } from '@coxswain/api';
import { FOREGROUND, type GraphNode, ORPHAN } from './owner-graph.ts';

/** An owner that lives, that is gone, or that waits for its dependents to be deleted. */
export type OwnerState = 'solid' | 'absent' | 'waiting';

export interface GarbageInput {
  readonly node: GraphNode;
  /** One for each of the node's owners, in their order. */
  readonly owners: readonly OwnerState[];
  readonly hasDependents: boolean;
  /** One of its dependents waits, itself, for dependents: a circle. */
  readonly dependentIsWaiting: boolean;
}

export type GarbagePlan =
  | { readonly kind: 'keep' }
  /** Goes on living for its other owners. */
  | { readonly kind: 'setOwners'; readonly owners: readonly OwnerReferenceShape[] }
  | {
      readonly kind: 'delete';
      readonly policy: 'Background' | 'Foreground' | 'Orphan';
      /** First stop holding back the owners: otherwise a circle would wait for itself. */
      readonly unblockOwners: boolean;
    };

/** What becomes of an object whose owners may be gone. */
export function planGarbage({ node, owners, hasDependents, dependentIsWaiting }: GarbageInput): GarbagePlan {
  if (node.owners.length === 0 || node.deleting) return { kind: 'keep' };
  const solid = node.owners.filter((_, i) => owners[i] === 'solid');
  if (solid.length === node.owners.length) return { kind: 'keep' };
  if (solid.length > 0) return { kind: 'setOwners', owners: solid };
  if (owners.includes('waiting') && hasDependents)
    return { kind: 'delete', policy: 'Foreground', unblockOwners: dependentIsWaiting };
  const policy = node.finalizers.includes(ORPHAN)
    ? 'Orphan'
    : node.finalizers.includes(FOREGROUND)
      ? 'Foreground'
      : 'Background';
  return { kind: 'delete', policy, unblockOwners: false };
}
