import type { Node, Pod } from '@coxswain/api';
import { type PodInfo, podInfoOf } from '../../cache/pod-info.ts';
import type { ClusterEvent, EventRegistration, QueueingHint } from '../../framework/cluster-event.ts';
import type { Constraint } from './constraint.ts';

/** What may unstick a pod that its spread constraints keep from all nodes. */
export function spreadEvents(constraintsOf: (pod: PodInfo) => readonly Constraint[]): EventRegistration[] {
  /** Whether the coming or going of another pod changes one of the counts. */
  const counts = (pod: PodInfo, object: ClusterEvent['old']): boolean => {
    if (!object || pod.namespace !== (object.metadata.namespace ?? '')) return false;
    const other = podInfoOf(object as Pod);
    return constraintsOf(pod).some(({ selector }) => selector.matches(other.labels));
  };
  const podHint = (pod: PodInfo, event: ClusterEvent): QueueingHint =>
    counts(pod, event.new) || counts(pod, event.old) ? 'Queue' : 'Skip';
  /** Only nodes with all topology labels count. */
  const nodeHint = (pod: PodInfo, event: ClusterEvent): QueueingHint => {
    const relevant = (object: ClusterEvent['old']) => {
      const labels = (object as Node | undefined)?.metadata.labels;
      return labels && constraintsOf(pod).every(({ topologyKey }) => Object.hasOwn(labels, topologyKey));
    };
    return relevant(event.new) || relevant(event.old) ? 'Queue' : 'Skip';
  };
  return [
    { event: 'AssignedPodAdd', hint: podHint },
    { event: 'AssignedPodUpdate', hint: podHint },
    { event: 'AssignedPodDelete', hint: podHint },
    { event: 'NodeAdd', hint: nodeHint },
    { event: 'NodeDelete', hint: nodeHint },
    { event: 'NodeUpdateLabel', hint: nodeHint },
    { event: 'NodeUpdateTaint', hint: nodeHint },
  ];
}
