import type { Pod, StatefulSet } from '@coxswain/api';
import { scaledValue } from '../../shared/int-or-percent.ts';
import { revisionOf } from './identity.ts';
import type { StatefulAction, StatefulInput } from './plan-stateful-set.ts';

/**
 * Which pods go to come back with the new revision: from the highest ordinal down to the partition. Those that aren't
 * available go at once, since that takes nothing away; of the others as many as maxUnavailable leaves. OrderedReady
 * asks only when all are healthy, so there a broken pod holds the update, as upstream.
 */
export function planUpdate(
  { set, updateRevision }: Pick<StatefulInput, 'set' | 'updateRevision'>,
  wanted: readonly (Pod | undefined)[],
  healthy: (pod: Pod) => boolean,
): StatefulAction[] {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return [];
  const start = set.spec.ordinals?.start ?? 0;
  const broken: StatefulAction[] = [];
  const available: StatefulAction[] = [];
  for (let i = wanted.length - 1; i >= (rollingUpdate?.partition ?? 0); i--) {
    const pod = wanted[i];
    if (!pod || pod.metadata.deletionTimestamp !== undefined || revisionOf(pod) === updateRevision) continue;
    (healthy(pod) ? available : broken).push({ kind: 'update', ordinal: start + i, pod });
  }
  // Places that are empty, leaving or not available count against the limit wherever they are.
  const unavailable = wanted.filter((pod) => pod === undefined || !healthy(pod)).length;
  return [...broken, ...available.slice(0, Math.max(0, maxUnavailable(set) - unavailable))];
}

/** Percentages are of the replicas, rounded down; at least one. */
function maxUnavailable({ spec }: StatefulSet): number {
  const value = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  return Math.max(1, scaledValue(value, spec.replicas ?? 1, 'down'));
}
