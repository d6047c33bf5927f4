import { int32, int64, list, of, quantity, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { defaultBehavior } from './behavior-defaults.ts';
import { autoscalerColumns } from './horizontal-pod-autoscaler-columns.ts';
import { validateAutoscaler } from './horizontal-pod-autoscaler-validation.ts';
import { CrossVersionObjectReference } from './metric-identifier.ts';
import { MetricSpec } from './metric-spec.ts';
import { MetricStatus } from './metric-status.ts';

export const HPAScalingPolicy = struct('HPAScalingPolicy', {
  type: str(1).required(),
  value: int32(2).required(),
  periodSeconds: int32(3).required(),
});
export type HPAScalingPolicy = Infer<typeof HPAScalingPolicy>;

export const HPAScalingRules = struct('HPAScalingRules', {
  selectPolicy: str(1).pointer().oneOf('Disabled', 'Max', 'Min'),
  policies: list(2, HPAScalingPolicy).atomic(),
  stabilizationWindowSeconds: int32(3).pointer(),
  tolerance: quantity(4).pointer(),
});
export type HPAScalingRules = Infer<typeof HPAScalingRules>;

export const HorizontalPodAutoscalerBehavior = struct('HorizontalPodAutoscalerBehavior', {
  scaleUp: of(1, HPAScalingRules),
  scaleDown: of(2, HPAScalingRules),
});
export type HorizontalPodAutoscalerBehavior = Infer<typeof HorizontalPodAutoscalerBehavior>;

export const HorizontalPodAutoscalerSpec = struct('HorizontalPodAutoscalerSpec', {
  scaleTargetRef: of(1, CrossVersionObjectReference)
    .expected()
    .describe('What is scaled: anything with a scale subresource.'),
  minReplicas: int32(2).pointer().default(1).describe('The fewest replicas.'),
  maxReplicas: int32(3).required().describe('The most replicas.'),
  metrics: list(4, MetricSpec)
    .atomic()
    .describe('What the number of replicas is worked out from; the largest answer counts.'),
  behavior: of(5, HorizontalPodAutoscalerBehavior).describe('How fast to scale up and down.'),
});
export type HorizontalPodAutoscalerSpec = Infer<typeof HorizontalPodAutoscalerSpec>;

export const HorizontalPodAutoscalerCondition = struct('HorizontalPodAutoscalerCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type HorizontalPodAutoscalerCondition = Infer<typeof HorizontalPodAutoscalerCondition>;

export const HorizontalPodAutoscalerStatus = struct('HorizontalPodAutoscalerStatus', {
  observedGeneration: int64(1).pointer(),
  lastScaleTime: time(2).pointer(),
  currentReplicas: int32(3),
  desiredReplicas: int32(4).required(),
  currentMetrics: list(5, MetricStatus).always().atomic(),
  conditions: list(6, HorizontalPodAutoscalerCondition).keyed('type'),
});
export type HorizontalPodAutoscalerStatus = Infer<typeof HorizontalPodAutoscalerStatus>;

export const HorizontalPodAutoscaler = struct('HorizontalPodAutoscaler', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, HorizontalPodAutoscalerSpec).expected(),
  status: of(3, HorizontalPodAutoscalerStatus),
});
export type HorizontalPodAutoscaler = Infer<typeof HorizontalPodAutoscaler>;

export const horizontalPodAutoscalerKind = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  struct: HorizontalPodAutoscaler,
  hasGeneration: false,
  defaults: defaultAutoscaler,
  prepareForCreate(autoscaler) {
    autoscaler.status = emptyAutoscalerStatus();
  },
  validate: validateAutoscaler,
  subresources: { status: true },
  columns: autoscalerColumns,
});

/** Without metrics an autoscaler keeps the CPU at 80 % of what is requested. */
export function defaultAutoscaler({ spec }: HorizontalPodAutoscaler): void {
  if (!spec.metrics?.length)
    spec.metrics = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ];
  if (spec.behavior) defaultBehavior(spec.behavior);
}

export function emptyAutoscalerStatus(): HorizontalPodAutoscalerStatus {
  return { currentMetrics: null as unknown as [], desiredReplicas: 0 };
}
