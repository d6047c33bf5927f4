import { countReasons, type Diagnosis, histogramText } from '../../framework/diagnosis.ts';
import type { Plugin } from '../../framework/plugin.ts';
import { unschedulable } from '../../framework/status.ts';

const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';

/** Says what preemption could do for a pod that fits nowhere. It doesn't choose victims yet. */
export function defaultPreemption(): Plugin {
  return {
    name: 'DefaultPreemption',
    postFilter(_, { pod }, diagnosis) {
      const never = pod.spec.preemptionPolicy === 'Never';
      const why = never ? 'not eligible due to preemptionPolicy=Never.' : preemptionMessage(diagnosis);
      return { status: unschedulable(why), message: `preemption: ${why}` };
    },
  };
}

/** `0/2 nodes are available: 2 Preemption is not helpful for scheduling.` */
export function preemptionMessage({ allNodes, nodes, others }: Diagnosis): string {
  const reasons = nodes.map(({ status }) => [status.code === 'Unschedulable' ? NO_VICTIMS : NOT_HELPFUL]);
  const left = allNodes - nodes.length;
  const rest = others?.status.code === 'Unschedulable' ? NO_VICTIMS : NOT_HELPFUL;
  const histogram = countReasons([...reasons, ...Array.from({ length: left }, () => [rest])]);
  return `0/${allNodes} nodes are available: ${histogramText(histogram)}.`;
}
