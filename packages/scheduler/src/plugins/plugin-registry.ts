import type { Plugin, PluginHandle } from '../framework/plugin.ts';
import { defaultBinder } from './default-binder/default-binder.ts';
import { type DefaultPreemptionArgs, defaultPreemption } from './default-preemption/default-preemption.ts';
import { imageLocality } from './image-locality/image-locality.ts';
import type { AffinityScoring } from './inter-pod-affinity/affinity-scores.ts';
import { interPodAffinity } from './inter-pod-affinity/inter-pod-affinity.ts';
import { type NodeAffinityArgs, nodeAffinity } from './node-affinity/node-affinity.ts';
import { nodeName } from './node-name/node-name.ts';
import { nodePorts } from './node-ports/node-ports.ts';
import { type BalancedAllocationArgs, nodeResourcesBalancedAllocation } from './node-resources/balanced-allocation.ts';
import { type NodeResourcesFitArgs, nodeResourcesFit } from './node-resources/node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable/node-unschedulable.ts';
import { nodeVolumeLimits } from './node-volume-limits/node-volume-limits.ts';
import { type PodTopologySpreadArgs, podTopologySpread } from './pod-topology-spread/pod-topology-spread.ts';
import { prioritySort } from './priority-sort/priority-sort.ts';
import { schedulingGates } from './scheduling-gates/scheduling-gates.ts';
import { taintToleration } from './taint-toleration/taint-toleration.ts';
import { type VolumeBindingArgs, volumeBinding } from './volume-binding/volume-binding.ts';
import { volumeRestrictions } from './volume-restrictions/volume-restrictions.ts';
import { volumeZone } from './volume-zone/volume-zone.ts';

export interface RegisteredPlugin {
  readonly name: string;
  /** In the default profile; 1 unless given. */
  readonly weight?: number;
  /** Fields that `pluginConfig` may set. */
  readonly args?: readonly string[];
  /** @param args of its `pluginConfig`; plain JSON with known fields */
  build(handle: PluginHandle, args: object): Plugin;
}

/** All plugins, in the order and with the weights of upstream's default profile. */
export const pluginRegistry: readonly RegisteredPlugin[] = [
  { name: 'SchedulingGates', build: schedulingGates },
  { name: 'PrioritySort', build: prioritySort },
  { name: 'NodeUnschedulable', build: nodeUnschedulable },
  { name: 'NodeName', build: nodeName },
  { name: 'TaintToleration', weight: 3, build: taintToleration },
  {
    name: 'NodeAffinity',
    weight: 2,
    args: ['addedAffinity'],
    build: (handle, args: NodeAffinityArgs) => nodeAffinity(handle, args),
  },
  { name: 'NodePorts', build: nodePorts },
  {
    name: 'NodeResourcesFit',
    args: ['ignoredResources', 'ignoredResourceGroups', 'scoringStrategy'],
    build: (handle, args: NodeResourcesFitArgs) => nodeResourcesFit(handle, args),
  },
  { name: 'VolumeRestrictions', build: volumeRestrictions },
  { name: 'NodeVolumeLimits', build: nodeVolumeLimits },
  {
    name: 'VolumeBinding',
    args: ['bindTimeoutSeconds'],
    build: (handle, args: VolumeBindingArgs) => volumeBinding(handle, args),
  },
  { name: 'VolumeZone', build: volumeZone },
  {
    name: 'PodTopologySpread',
    weight: 2,
    args: ['defaultConstraints', 'defaultingType'],
    build: (handle, args: PodTopologySpreadArgs) => podTopologySpread(handle, args),
  },
  {
    name: 'InterPodAffinity',
    weight: 2,
    args: ['hardPodAffinityWeight', 'ignorePreferredTermsOfExistingPods'],
    build: (handle, args: Partial<AffinityScoring>) => interPodAffinity(handle, args),
  },
  {
    name: 'DefaultPreemption',
    args: ['minCandidateNodesPercentage', 'minCandidateNodesAbsolute'],
    build: (handle, args: DefaultPreemptionArgs) => defaultPreemption(handle, args),
  },
  {
    name: 'NodeResourcesBalancedAllocation',
    args: ['resources'],
    build: (handle, args: BalancedAllocationArgs) => nodeResourcesBalancedAllocation(handle, args),
  },
  { name: 'ImageLocality', build: imageLocality },
  { name: 'DefaultBinder', build: defaultBinder },
];
