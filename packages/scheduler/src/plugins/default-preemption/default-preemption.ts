import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { type Diagnosis, fitMessage, type NodeRejection } from '../../framework/diagnosis.ts';
import type { Plugin, PluginHandle, PostFilterCycle } from '../../framework/plugin.ts';
import { unresolvable } from '../../framework/status.ts';
import { pickCandidate } from './pick-candidate.ts';
import { type Candidate, selectVictims } from './select-victims.ts';

export interface DefaultPreemptionArgs {
  /** How many nodes are tried at least, in percent of those where it may help. */
  readonly minCandidateNodesPercentage?: number;
  readonly minCandidateNodesAbsolute?: number;
}

const NOT_HELPFUL = { plugin: 'DefaultPreemption', status: unresolvable('Preemption is not helpful for scheduling') };

/** Finds the node where the end of pods of lower priority makes room at the least cost. */
export function defaultPreemption({ disruptionBudgets }: PluginHandle, args: DefaultPreemptionArgs = {}): Plugin {
  const { minCandidateNodesPercentage = 10, minCandidateNodesAbsolute = 100 } = args;
  return {
    name: 'DefaultPreemption',
    postFilter(state, pod, diagnosis, cycle) {
      const excuse = whyNotEligible(pod, diagnosis, cycle);
      if (excuse) return { code: 'Unschedulable', message: `preemption: ${excuse}` };
      const nodes = worthTrying(diagnosis, cycle);
      const percentage = Math.floor((nodes.length * minCandidateNodesPercentage) / 100);
      const enough = Math.max(percentage, minCandidateNodesAbsolute);
      const start = Math.floor(cycle.random() * nodes.length);
      const budgets = nodes.length > 0 ? disruptionBudgets() : [];
      const candidates: Candidate[] = [];
      const rejections: NodeRejection[] = [];
      for (let i = 0; i < nodes.length; i++) {
        const node = nodes[(start + i) % nodes.length] as NodeInfo;
        const found = selectVictims(cycle.filters, state, pod, node, budgets);
        if ('status' in found) rejections.push(found);
        else candidates.push(found);
        if (candidates.length >= enough && candidates.some(({ violations }) => violations === 0)) break;
      }
      const best = pickCandidate(candidates);
      if (best) return { code: 'Success', nodeName: best.nodeName, victims: best.victims };
      const why = fitMessage({ allNodes: diagnosis.allNodes, nodes: rejections, others: NOT_HELPFUL });
      return { code: 'Unschedulable', message: `preemption: ${why}`, nominatedNodeName: '' };
    },
  };
}

/** Nodes that reject the pod for a reason that other pods may be to blame for. */
function worthTrying({ nodes, others }: Diagnosis, { snapshot }: PostFilterCycle): NodeInfo[] {
  const codes = new Map(nodes.map(({ nodeName, status }) => [nodeName, status.code]));
  return snapshot.nodes.filter(({ name }) => (codes.get(name) ?? others?.status.code) === 'Unschedulable');
}

function whyNotEligible({ pod, priority }: PodInfo, diagnosis: Diagnosis, cycle: PostFilterCycle): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const { nominatedNodeName } = cycle;
  if (!nominatedNodeName) return undefined;
  const rejection = diagnosis.nodes.find(({ nodeName }) => nodeName === nominatedNodeName);
  if (rejection?.status.code === 'UnschedulableAndUnresolvable') return undefined;
  const pods = cycle.snapshot.node(nominatedNodeName)?.pods ?? [];
  const waits = pods.some((other) => other.priority < priority && leavesForAnother(other));
  return waits ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

function leavesForAnother({ terminating, pod }: PodInfo): boolean {
  if (!terminating) return false;
  const condition = pod.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  return condition?.status === 'True' && condition.reason === 'PreemptionByScheduler';
}
