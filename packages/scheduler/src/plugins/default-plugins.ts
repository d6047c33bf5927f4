import type { PluginEntry } from '../framework/plugin.ts';
import { defaultBinder } from './default-binder/default-binder.ts';
import { defaultPreemption } from './default-preemption/default-preemption.ts';
import { interPodAffinity } from './inter-pod-affinity/inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity/node-affinity.ts';
import { nodeName } from './node-name/node-name.ts';
import { nodePorts } from './node-ports/node-ports.ts';
import { nodeResourcesBalancedAllocation } from './node-resources/balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources/node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable/node-unschedulable.ts';
import { podTopologySpread } from './pod-topology-spread/pod-topology-spread.ts';
import { prioritySort } from './priority-sort/priority-sort.ts';
import { schedulingGates } from './scheduling-gates/scheduling-gates.ts';
import { taintToleration } from './taint-toleration/taint-toleration.ts';

/** The default profile, with upstream's order and weights. */
export const defaultPlugins: readonly PluginEntry[] = [
  { factory: schedulingGates },
  { factory: prioritySort },
  { factory: nodeUnschedulable },
  { factory: nodeName },
  { factory: taintToleration, weight: 3 },
  { factory: nodeAffinity, weight: 2 },
  { factory: nodePorts },
  { factory: nodeResourcesFit },
  { factory: podTopologySpread, weight: 2 },
  { factory: interPodAffinity, weight: 2 },
  { factory: defaultPreemption },
  { factory: nodeResourcesBalancedAllocation },
  { factory: defaultBinder },
];
