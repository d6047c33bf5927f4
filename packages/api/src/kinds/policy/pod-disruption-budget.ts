import { type FieldError, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { validateLabelSelector } from '../../machinery/validate-meta.ts';
import { int32, int64, intOrString, list, map, of, str, time } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { validateIntOrPercent } from '../apps/workload.ts';
import { Condition } from '../meta/condition.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const PodDisruptionBudgetSpec = struct('PodDisruptionBudgetSpec', {
  minAvailable: intOrString(1)
    .pointer()
    .describe('How many of the pods must stay available, as a number or a percentage.'),
  selector: of(2, LabelSelector).describe('The pods that are protected.'),
  maxUnavailable: intOrString(3)
    .pointer()
    .describe('How many of the pods may be unavailable, as a number or a percentage.'),
  unhealthyPodEvictionPolicy: str(4)
    .pointer()
    .oneOf('AlwaysAllow', 'IfHealthyBudget')
    .describe('Whether running pods that are not ready may always be evicted.'),
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
  prepareForCreate(budget) {
    budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  validate: validateBudget,
  subresources: { status: true },
  columns: [
    column('Min Available', ({ spec }) => String(spec.minAvailable ?? 'N/A')),
    column('Max Unavailable', ({ spec }) => String(spec.maxUnavailable ?? 'N/A')),
    column('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0, 'integer'),
  ],
});

function validateBudget({ spec }: PodDisruptionBudget): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
    errors.push(fieldInvalid(at, spec, 'minAvailable and maxUnavailable cannot be both set'));
  for (const field of ['minAvailable', 'maxUnavailable'] as const)
    if (spec[field] !== undefined) errors.push(...validateIntOrPercent(spec[field], at.child(field), 100));
  if (spec.selector) errors.push(...validateLabelSelector(spec.selector, at.child('selector')));
  return errors;
}
