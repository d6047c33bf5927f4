import type { Node, Pod } from '@coxswain/api';
import { type PodInfo, podInfoOf } from '../../cache/pod-info.ts';
import type { ClusterEvent, EventRegistration, QueueingHint } from '../../framework/cluster-event.ts';
import { matchesAll, matchesAny, type Namespaces } from './terms.ts';

/** What may unstick a pod that pod (anti-)affinity keeps from all nodes. */
export function affinityEvents(namespaces: Namespaces): EventRegistration[] {
  const wanted = (pod: PodInfo, other: PodInfo) => matchesAll(pod.affinity.required, other, namespaces);
  const inTheWay = (pod: PodInfo, other: PodInfo) =>
    matchesAny(pod.affinity.requiredAnti, other, namespaces) ||
    matchesAny(other.affinity.requiredAnti, pod, namespaces);
  const queueIf = (condition: boolean): QueueingHint => (condition ? 'Queue' : 'Skip');
  return [
    { event: 'AssignedPodAdd', hint: (pod, event) => queueIf(wanted(pod, after(event))) },
    { event: 'AssignedPodDelete', hint: (pod, event) => queueIf(inTheWay(pod, before(event))) },
    {
      event: 'AssignedPodUpdate',
      hint: (pod, event) => queueIf(wanted(pod, after(event)) || inTheWay(pod, before(event))),
    },
    { event: 'NodeAdd', hint: nodeHint },
    { event: 'NodeUpdateLabel', hint: nodeHint },
    { event: 'NodeUpdateTaint', hint: nodeHint },
  ];
}

const before = ({ old }: ClusterEvent) => podInfoOf(old as Pod);
const after = (event: ClusterEvent) => podInfoOf(event.new as Pod);

/** A node without the labels that required affinity speaks of is no help. */
function nodeHint({ affinity }: PodInfo, event: ClusterEvent): QueueingHint {
  const labels = (event.new as Node | undefined)?.metadata.labels ?? {};
  return affinity.required.every(({ topologyKey }) => Object.hasOwn(labels, topologyKey)) ? 'Queue' : 'Skip';
}
