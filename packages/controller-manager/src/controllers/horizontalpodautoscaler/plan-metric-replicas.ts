import type { Pod } from '@coxswain/api';
import { type GroupOptions, groupPods, type PodMetric, type PodMetrics } from './pod-metrics.ts';

/** How far the ratio of use and target may be from 1 before anything is done. */
export interface Tolerances {
  readonly scaleUp: number;
  readonly scaleDown: number;
}

export interface MetricReplicasInput extends Omit<GroupOptions, 'metrics'> {
  /** Replicas that the scale asks for now. */
  readonly current: number;
  readonly pods: readonly Pod[];
  readonly metrics: PodMetrics;
  readonly tolerances: Tolerances;
  /**
   * Utilization: percent of `requests`, thousandths by pod name. Average: thousandths a pod.
   */
  readonly target:
    | { readonly type: 'Utilization'; readonly percent: number; readonly requests: ReadonlyMap<string, number> }
    | { readonly type: 'AverageValue'; readonly milli: number };
}

export interface MetricReplicas {
  readonly replicas: number;
  /** Percent of the requests, of the pods that count. */
  readonly utilization?: number;
  /** Thousandths a pod. */
  readonly average: number;
}

export class NoMetricsError extends Error {}

interface Ratio {
  readonly ratio: number;
  readonly utilization?: number;
  readonly average: number;
}

/**
 * How many replicas bring the pods' use to the target. Pods without metrics are taken to use what damps the change: the
 * whole request when scaling down, nothing when scaling up; unready ones nothing when scaling up.
 * @throws NoMetricsError
 */
export function planMetricReplicas(input: MetricReplicasInput): MetricReplicas {
  const { current, pods, tolerances, target } = input;
  if (pods.length === 0) throw new NoMetricsError('no pods returned by selector while calculating replica count');
  const groups = groupPods(pods, input);
  const metrics = new Map(input.metrics);
  for (const name of [...groups.ignored, ...groups.unready]) metrics.delete(name);
  if (metrics.size === 0) throw new NoMetricsError('did not receive metrics for targeted pods (pods might be unready)');
  const first = ratioOf(metrics, target);
  const { ratio } = first;
  const result = (replicas: number): MetricReplicas => {
    const { average, utilization } = first;
    return { replicas, average, ...(utilization === undefined ? {} : { utilization }) };
  };
  const upWithUnready = groups.unready.size > 0 && ratio > 1;
  if (!upWithUnready && groups.missing.size === 0)
    return result(within(ratio, tolerances) ? current : Math.ceil(ratio * groups.readyCount));

  for (const name of groups.missing) if (ratio !== 1) metrics.set(name, assumed(ratio < 1 ? fullUse(target, name) : 0));
  if (upWithUnready) for (const name of groups.unready) metrics.set(name, assumed(0));
  const again = ratioOf(metrics, target).ratio;
  if (within(again, tolerances) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return result(current);
  const replicas = Math.ceil(again * metrics.size);
  const wrongWay = (again < 1 && replicas > current) || (again > 1 && replicas < current);
  return result(wrongWay ? current : replicas);
}

export function within(ratio: number, { scaleUp, scaleDown }: Tolerances): boolean {
  return ratio >= 1 - scaleDown && ratio <= 1 + scaleUp;
}

function fullUse(target: MetricReplicasInput['target'], name: string): number {
  if (target.type === 'AverageValue') return target.milli;
  return ((target.requests.get(name) ?? 0) * Math.max(100, target.percent)) / 100;
}

function assumed(value: number): PodMetric {
  return { value, at: 0, windowMs: 0 };
}

function ratioOf(metrics: PodMetrics, target: MetricReplicasInput['target']): Ratio {
  let used = 0;
  let requested = 0;
  let count = 0;
  for (const [name, { value }] of metrics) {
    if (target.type === 'Utilization') {
      const request = target.requests.get(name);
      if (request === undefined) continue;
      requested += request;
    }
    used += value;
    count++;
  }
  const average = Math.trunc(used / count);
  if (target.type === 'AverageValue') return { ratio: average / target.milli, average };
  if (requested === 0) throw new NoMetricsError('no metrics returned matched known pods');
  const utilization = Math.trunc((used * 100) / requested);
  return { ratio: utilization / target.percent, utilization, average };
}
