import {
  defaultAutoscaler,
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerBehavior,
  type HorizontalPodAutoscalerCondition,
} from '../horizontal-pod-autoscaler.ts';
import type { MetricSpec } from '../metric-spec.ts';
import type { MetricStatus } from '../metric-status.ts';
import type { HorizontalPodAutoscalerV1 } from './horizontal-pod-autoscaler.ts';
import { capitalised, uncapitalised } from './member-names.ts';
import { metricFromV1, metricToV1, statusFromV1, statusToV1 } from './metric-conversion.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io';
const METRICS = `${PREFIX}/metrics`;
const CURRENT_METRICS = `${PREFIX}/current-metrics`;
const CONDITIONS = `${PREFIX}/conditions`;
const BEHAVIOR = `${PREFIX}/behavior`;
const ROUND_TRIP = [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR];

function isCpu(metric: MetricSpec | MetricStatus): boolean {
  return metric.type === 'Resource' && metric.resource?.name === 'cpu';
}

/** The stored form of a v1 autoscaler, with v2's defaults. Annotations of the round trip that don't parse are dropped. */
export function toV2(autoscaler: HorizontalPodAutoscalerV1): HorizontalPodAutoscaler {
  const { metadata, spec, status } = autoscaler;
  const { targetCPUUtilizationPercentage: target, ...rest } = spec;
  const annotations = metadata.annotations ?? {};
  const metrics = parse<Record<string, unknown>[]>(annotations[METRICS])?.map(metricFromV1) ?? [];
  if (target !== undefined)
    metrics.unshift({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } },
    });
  const behavior = uncapitalised(parse(annotations[BEHAVIOR])) as HorizontalPodAutoscalerBehavior | undefined;
  const v2: HorizontalPodAutoscaler = {
    ...autoscaler,
    apiVersion: 'autoscaling/v2',
    metadata: { ...metadata, annotations: without(annotations, ROUND_TRIP) },
    spec: { ...rest, metrics, ...(behavior === undefined ? {} : { behavior }) },
    status: undefined,
  };
  if (status) {
    const { currentCPUUtilizationPercentage: current, ...same } = status;
    const currentMetrics = parse<Record<string, unknown>[]>(annotations[CURRENT_METRICS])?.map(statusFromV1) ?? [];
    if (current !== undefined && !currentMetrics.some(isCpu))
      currentMetrics.unshift({
        type: 'Resource',
        resource: { name: 'cpu', current: { averageUtilization: current } },
      });
    const conditions = parse<HorizontalPodAutoscalerCondition[]>(annotations[CONDITIONS]);
    v2.status = { ...same, currentMetrics, ...(conditions === undefined ? {} : { conditions }) };
  }
  defaultAutoscaler(v2);
  return v2;
}

export function fromV2(autoscaler: HorizontalPodAutoscaler): HorizontalPodAutoscalerV1 {
  const { metadata, spec, status } = autoscaler;
  const { metrics = [], behavior, ...rest } = spec;
  const isTarget = (metric: MetricSpec): boolean =>
    isCpu(metric) && metric.resource?.target.averageUtilization !== undefined;
  const cpu = metrics.find(isTarget);
  const others = metrics.filter((metric) => metric !== cpu);
  const annotations: Record<string, string> = { ...metadata.annotations };
  if (others.length > 0) annotations[METRICS] = JSON.stringify(others.map(metricToV1));
  if (behavior) annotations[BEHAVIOR] = JSON.stringify(capitalised(behavior));
  const { currentMetrics, conditions, currentReplicas = 0, ...same } = status ?? { desiredReplicas: 0 };
  if (currentMetrics?.length) annotations[CURRENT_METRICS] = JSON.stringify(currentMetrics.map(statusToV1));
  if (conditions?.length) annotations[CONDITIONS] = JSON.stringify(conditions);
  const current = currentMetrics?.find(isCpu)?.resource?.current.averageUtilization;
  const target = cpu?.resource?.target.averageUtilization;
  return {
    ...autoscaler,
    apiVersion: 'autoscaling/v1',
    metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata,
    spec: { ...rest, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    status: {
      ...same,
      currentReplicas,
      ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }),
    },
  };
}

function without(annotations: Record<string, string>, keys: readonly string[]): Record<string, string> | undefined {
  const rest = Object.entries(annotations).filter(([key]) => !keys.includes(key));
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

function parse<T>(text: string | undefined): T | undefined {
  if (!text) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
