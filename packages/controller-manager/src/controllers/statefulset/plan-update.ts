import type { Pod, StatefulSet } from '@coxswain/api';
import { scaledValue } from '../../shared/int-or-percent.ts';
import { revisionOf } from './identity.ts';
import type { StatefulAction, StatefulInput } from './plan-stateful-set.ts';

/**
 * Which pods go to come back with the new revision: from the highest ordinal down to the partition, as many at a time as
 * maxUnavailable leaves.
 */
export function planUpdate(
  { set, updateRevision }: Pick<StatefulInput, 'set' | 'updateRevision'>,
  wanted: readonly (Pod | undefined)[],
  healthy: (pod: Pod) => boolean,
): StatefulAction[] {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return [];
  const start = set.spec.ordinals?.start ?? 0;
  const max = maxUnavailable(set);
  const actions: StatefulAction[] = [];
  // Places that are empty, leaving or not available count against the limit wherever they are.
  let unavailable = wanted.filter((pod) => pod === undefined || !healthy(pod)).length;
  for (let i = wanted.length - 1; i >= (rollingUpdate?.partition ?? 0); i--) {
    const pod = wanted[i];
    if (!pod || pod.metadata.deletionTimestamp !== undefined) continue;
    if (revisionOf(pod) === updateRevision) {
      // One that doesn't become available holds those below it back.
      if (max === 1 && !healthy(pod)) break;
      continue;
    }
    if (healthy(pod)) {
      if (unavailable >= max) break;
      unavailable++;
    } else if (unavailable > max) break;
    actions.push({ kind: 'update', ordinal: start + i, pod });
  }
  return actions;
}

/** Percentages are of the replicas, rounded down; at least one. */
function maxUnavailable({ spec }: StatefulSet): number {
  const value = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  return Math.max(1, scaledValue(value, spec.replicas ?? 1, 'down'));
}
