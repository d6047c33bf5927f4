import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { Resources } from '../../cache/resources.ts';
import { MAX_NODE_SCORE } from '../../framework/plugin.ts';

export interface ResourceSpec {
  readonly name: string;
  /** 1…100; 1 unless given. */
  readonly weight?: number;
}

/** How full a resource is, in percent, and how good that is, 0…10. */
export interface UtilizationPoint {
  readonly utilization: number;
  readonly score: number;
}

export interface ScoringStrategy {
  readonly type?: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  /** CPU and memory, equally, unless given. */
  readonly resources?: readonly ResourceSpec[];
  readonly requestedToCapacityRatio?: { readonly shape?: readonly UtilizationPoint[] };
}

export const CPU_AND_MEMORY: readonly ResourceSpec[] = [{ name: 'cpu' }, { name: 'memory' }];

const MAX_SHAPE_SCORE = 10;

/** 0…100 for a node if the pod ran there. */
export function resourceScorer(strategy: ScoringStrategy = {}): (pod: PodInfo, node: NodeInfo) => number {
  const given = strategy.resources?.length ? strategy.resources : CPU_AND_MEMORY;
  const resources = given.map(({ name, weight = 1 }) => ({ name, weight, scalar: isScalar(name) }));
  const rate = ratingOf(strategy);
  /** A resource that the shape gives nothing for is left out of the mean. */
  const ignoreZero = strategy.type === 'RequestedToCapacityRatio';
  return ({ nonZero, requests }, { allocatable, nonZeroRequested, requested }) => {
    let sum = 0;
    let weights = 0;
    for (const { name, weight, scalar } of resources) {
      const capacity = allocatable.get(name);
      const wanted = scalar ? requests.get(name) : nonZero.get(name);
      if (capacity === 0 || (scalar && wanted === 0)) continue;
      const used = scalar ? requested.get(name) : nonZeroRequested.get(name);
      const score = rate(used + wanted, capacity);
      if (ignoreZero && score <= 0) continue;
      sum += score * weight;
      weights += weight;
    }
    if (weights === 0) return 0;
    return ignoreZero ? Math.round(sum / weights) : Math.floor(sum / weights);
  };
}

/** Of a resource other than CPU, memory and ephemeral storage. */
export function isScalar(name: string): boolean {
  return name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage';
}

type Rating = (requested: number, capacity: number) => number;

function ratingOf({ type = 'LeastAllocated', requestedToCapacityRatio }: ScoringStrategy): Rating {
  switch (type) {
    case 'LeastAllocated':
      return (requested, capacity) =>
        requested > capacity ? 0 : Math.floor(((capacity - requested) * MAX_NODE_SCORE) / capacity);
    case 'MostAllocated':
      return (requested, capacity) => Math.floor((Math.min(requested, capacity) * MAX_NODE_SCORE) / capacity);
    case 'RequestedToCapacityRatio': {
      const shape = requestedToCapacityRatio?.shape ?? [];
      return (requested, capacity) =>
        alongShape(shape, requested > capacity ? 100 : Math.floor((requested * 100) / capacity));
    }
    default:
      return type satisfies never;
  }
}

/** Between two points of the shape on the straight line, outside as at its ends; 0…100. */
export function alongShape(shape: readonly UtilizationPoint[], utilization: number): number {
  const scale = MAX_NODE_SCORE / MAX_SHAPE_SCORE;
  for (const [i, point] of shape.entries()) {
    if (utilization > point.utilization) continue;
    const before = shape[i - 1];
    if (!before) return point.score * scale;
    const way = (utilization - before.utilization) / (point.utilization - before.utilization);
    return Math.trunc((before.score + (point.score - before.score) * way) * scale);
  }
  return (shape.at(-1)?.score ?? 0) * scale;
}

/** The share of a resource in use, 0…1, if the pod ran there. */
export function usedShare(requests: Resources, { allocatable, requested }: NodeInfo, name: string): number | undefined {
  const capacity = allocatable.get(name);
  const wanted = requests.get(name);
  if (capacity === 0 || (wanted === 0 && isScalar(name))) return undefined;
  return Math.min(1, (requested.get(name) + wanted) / capacity);
}
