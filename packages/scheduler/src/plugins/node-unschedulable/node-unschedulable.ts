import type { Node } from '@coxswain/api';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { ClusterEvent, QueueingHint } from '../../framework/cluster-event.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { success, unresolvable } from '../../framework/status.ts';
import { tolerates } from '../taint-toleration/tolerates.ts';

const UNSCHEDULABLE = unresolvable('node(s) were unschedulable');
const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Keeps pods from cordoned nodes unless they tolerate the taint that cordoning puts there. */
export function nodeUnschedulable(): Plugin {
  return {
    name: 'NodeUnschedulable',
    events: [
      { event: 'NodeAdd', hint },
      { event: 'NodeUpdateTaint', hint },
    ],
    filter(_, { pod }, { unschedulable }) {
      return !unschedulable || tolerates(pod.spec.tolerations, TAINT) ? success : UNSCHEDULABLE;
    },
  };
}

function hint(_: PodInfo, { new: node }: ClusterEvent): QueueingHint {
  return (node as Node | undefined)?.spec?.unschedulable ? 'Skip' : 'Queue';
}
