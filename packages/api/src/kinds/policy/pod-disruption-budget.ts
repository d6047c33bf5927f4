import { int32, int64, intOrString, list, map, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { Condition } from '../meta/condition.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const PodDisruptionBudgetSpec = struct('PodDisruptionBudgetSpec', {
  minAvailable: intOrString(1).pointer(),
  selector: of(2, LabelSelector),
  maxUnavailable: intOrString(3).pointer(),
  unhealthyPodEvictionPolicy: str(4).pointer().oneOf('AlwaysAllow', 'IfHealthyBudget'),
});
export type PodDisruptionBudgetSpec = Infer<typeof PodDisruptionBudgetSpec>;

export const PodDisruptionBudgetStatus = struct('PodDisruptionBudgetStatus', {
  observedGeneration: int64(1),
  disruptedPods: map(2, time()),
  disruptionsAllowed: int32(3).always(),
  currentHealthy: int32(4).always(),
  desiredHealthy: int32(5).always(),
  expectedPods: int32(6).always(),
  conditions: list(7, Condition).keyed('type'),
});
export type PodDisruptionBudgetStatus = Infer<typeof PodDisruptionBudgetStatus>;

export const PodDisruptionBudget = struct('PodDisruptionBudget', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, PodDisruptionBudgetSpec).expected(),
  status: of(3, PodDisruptionBudgetStatus),
});
export type PodDisruptionBudget = Infer<typeof PodDisruptionBudget>;

export const podDisruptionBudgetKind = defineKind<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  struct: PodDisruptionBudget,
  subresources: { status: true },
});
