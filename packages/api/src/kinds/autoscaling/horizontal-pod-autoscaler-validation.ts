import {
  type FieldError,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import type { HorizontalPodAutoscaler, HPAScalingRules } from './horizontal-pod-autoscaler.ts';
import { validateMetric } from './metric-validation.ts';

const MAX_WINDOW = 3600;
const MAX_PERIOD = 1800;

export function validateAutoscaler({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas = 0 } = spec;
  if (minReplicas !== undefined && minReplicas < 1)
    errors.push(fieldInvalid(at.child('minReplicas'), minReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas < 1) errors.push(fieldInvalid(at.child('maxReplicas'), maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(fieldInvalid(at.child('maxReplicas'), maxReplicas, 'must be greater than or equal to `minReplicas`'));
  if (minReplicas === 0 && !spec.metrics?.some(({ type }) => type === 'Object' || type === 'External'))
    errors.push(
      fieldForbidden(
        at.child('metrics'),
        'must specify at least one Object or External metric to support scaling to zero replicas',
      ),
    );
  (spec.metrics ?? []).forEach((metric, i) => {
    errors.push(...validateMetric(metric, at.child('metrics').index(i)));
  });
  for (const direction of ['scaleUp', 'scaleDown'] as const)
    errors.push(...validateRules(spec.behavior?.[direction], at.child('behavior', direction)));
  return errors;
}

function validateRules(rules: HPAScalingRules | undefined, at: FieldPath): FieldError[] {
  if (!rules) return [];
  const errors: FieldError[] = [];
  const { stabilizationWindowSeconds: window, policies = [] } = rules;
  if (window !== undefined && window < 0)
    errors.push(fieldInvalid(at.child('stabilizationWindowSeconds'), window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > MAX_WINDOW)
    errors.push(
      fieldInvalid(at.child('stabilizationWindowSeconds'), window, `must be less than or equal to ${MAX_WINDOW}`),
    );
  if (policies.length === 0) errors.push(fieldRequired(at.child('policies'), 'must specify at least one Policy'));
  policies.forEach(({ type, value = 0, periodSeconds = 0 }, i) => {
    const item = at.child('policies').index(i);
    if (type && type !== 'Pods' && type !== 'Percent')
      errors.push(fieldNotSupported(item.child('type'), type, ['Percent', 'Pods']));
    if (value <= 0) errors.push(fieldInvalid(item.child('value'), value, 'must be greater than zero'));
    if (periodSeconds <= 0)
      errors.push(fieldInvalid(item.child('periodSeconds'), periodSeconds, 'must be greater than zero'));
    if (periodSeconds > MAX_PERIOD)
      errors.push(
        fieldInvalid(item.child('periodSeconds'), periodSeconds, `must be less than or equal to ${MAX_PERIOD}`),
      );
  });
  return errors;
}
