import { int32, int64, of, str, time } from '../../../schema/builders.ts';
import { defineKind } from '../../../schema/kind.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { ObjectMeta } from '../../meta/object-meta.ts';

export const CrossVersionObjectReferenceV1 = struct('CrossVersionObjectReference', {
  kind: str(1).required(),
  name: str(2).required(),
  apiVersion: str(3),
});
export type CrossVersionObjectReferenceV1 = Infer<typeof CrossVersionObjectReferenceV1>;

export const HorizontalPodAutoscalerV1Spec = struct('HorizontalPodAutoscalerSpec', {
  scaleTargetRef: of(1, CrossVersionObjectReferenceV1).required(),
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

export const horizontalPodAutoscalerV1Kind = defineKind<HorizontalPodAutoscalerV1>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  struct: HorizontalPodAutoscalerV1,
  subresources: { status: true },
});
