import { int32, int64, of, str, time } from '../../../schema/builders.ts';
import { column } from '../../../schema/column.ts';
import { defineKind, type KubeObject } from '../../../schema/kind.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { ObjectMeta } from '../../meta/object-meta.ts';
import type { HorizontalPodAutoscaler } from '../horizontal-pod-autoscaler.ts';
import { autoscalerColumns } from '../horizontal-pod-autoscaler-columns.ts';
import { validateAutoscaler } from '../horizontal-pod-autoscaler-validation.ts';
import { fromV2, toV2 } from './conversion.ts';

export const CrossVersionObjectReferenceV1 = struct('CrossVersionObjectReference', {
  kind: str(1).required(),
  name: str(2).required(),
  apiVersion: str(3),
});
export type CrossVersionObjectReferenceV1 = Infer<typeof CrossVersionObjectReferenceV1>;

export const HorizontalPodAutoscalerV1Spec = struct('HorizontalPodAutoscalerSpec', {
  scaleTargetRef: of(1, CrossVersionObjectReferenceV1).expected(),
  minReplicas: int32(2).pointer().default(1),
  maxReplicas: int32(3).required(),
  targetCPUUtilizationPercentage: int32(4).pointer(),
});
export type HorizontalPodAutoscalerV1Spec = Infer<typeof HorizontalPodAutoscalerV1Spec>;

export const HorizontalPodAutoscalerV1Status = struct('HorizontalPodAutoscalerStatus', {
  observedGeneration: int64(1).pointer(),
  lastScaleTime: time(2).pointer(),
  currentReplicas: int32(3).required(),
  desiredReplicas: int32(4).required(),
  currentCPUUtilizationPercentage: int32(5).pointer(),
});
export type HorizontalPodAutoscalerV1Status = Infer<typeof HorizontalPodAutoscalerV1Status>;

export const HorizontalPodAutoscalerV1 = struct('HorizontalPodAutoscaler', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, HorizontalPodAutoscalerV1Spec).expected(),
  status: of(3, HorizontalPodAutoscalerV1Status),
});
export type HorizontalPodAutoscalerV1 = Infer<typeof HorizontalPodAutoscalerV1>;

/** The older view of the autoscaler that is stored as autoscaling/v2; what it can't say stands in annotations. */
export const horizontalPodAutoscalerV1Kind = defineKind<HorizontalPodAutoscalerV1>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  struct: HorizontalPodAutoscalerV1,
  hasGeneration: false,
  storedAs: {
    group: 'autoscaling',
    plural: 'horizontalpodautoscalers',
    toStored: toV2 as (autoscaler: HorizontalPodAutoscalerV1) => KubeObject,
    fromStored: (stored) => fromV2(stored as HorizontalPodAutoscaler),
  },
  prepareForCreate(autoscaler) {
    autoscaler.status = { currentReplicas: 0, desiredReplicas: 0 };
  },
  validate: (autoscaler) => validateAutoscaler(toV2(autoscaler)),
  subresources: { status: true },
  columns: autoscalerColumns.map(({ name, type, value }) =>
    column(name, (autoscaler, now) => value(toV2(autoscaler), now), type),
  ),
});
