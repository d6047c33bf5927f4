import {
  type FieldError,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
} from '../../machinery/field-error.ts';
import type { FieldPath } from '../../machinery/field-path.ts';
import { tryParseQuantity } from '../../machinery/quantity.ts';
import type { MetricTarget } from './metric-identifier.ts';
import type { MetricSpec } from './metric-spec.ts';

const SOURCES = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
  External: 'external',
} as const;
type SourceType = keyof typeof SOURCES;

/** Exactly the source that the type names, with a target that suits it. */
export function validateMetric(metric: MetricSpec, at: FieldPath): FieldError[] {
  if (!metric.type) return [];
  if (!Object.hasOwn(SOURCES, metric.type))
    return [fieldNotSupported(at.child('type'), metric.type, Object.keys(SOURCES).sort())];
  const wanted = SOURCES[metric.type as SourceType];
  const errors = Object.values(SOURCES)
    .filter((source) => source !== wanted && metric[source] !== undefined)
    .map((source) => fieldForbidden(at.child(source), 'must populate the given metric source only'));
  const target = metric[wanted]?.target;
  if (!metric[wanted])
    return [...errors, fieldRequired(at.child(wanted), 'must populate information for the given metric source')];
  if (target) errors.push(...validateTarget(metric.type as SourceType, target, at.child(wanted, 'target')));
  return errors;
}

function validateTarget(source: SourceType, target: MetricTarget, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { type, averageUtilization, averageValue, value } = target;
  if (type && !['Utilization', 'Value', 'AverageValue'].includes(type))
    errors.push(fieldInvalid(at.child('type'), type, 'must be either Utilization, Value, or AverageValue'));
  for (const field of ['value', 'averageValue'] as const)
    if (target[field] !== undefined && (tryParseQuantity(target[field])?.sign() ?? 0) <= 0)
      errors.push(fieldInvalid(at.child(field), target[field], 'must be positive'));
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(fieldInvalid(at.child('averageUtilization'), averageUtilization, 'must be greater than 0'));
  switch (source) {
    case 'Object':
      if (value === undefined && averageValue === undefined)
        errors.push(fieldRequired(at.child('averageValue'), 'must set either a target value or averageValue'));
      break;
    case 'Pods':
      if (averageValue === undefined)
        errors.push(fieldRequired(at.child('averageValue'), 'must specify a positive target averageValue'));
      break;
    case 'External':
      if (value !== undefined && averageValue !== undefined)
        errors.push(
          fieldForbidden(at.child('value'), 'may not set both a target value for metric and a per-pod target'),
        );
      if (value === undefined && averageValue === undefined)
        errors.push(
          fieldRequired(at.child('averageValue'), 'must set either a target value for metric or a per-pod target'),
        );
      break;
    case 'Resource':
    case 'ContainerResource':
      if (averageUtilization === undefined && averageValue === undefined)
        errors.push(
          fieldRequired(at.child('averageUtilization'), 'must set either a target raw value or a target utilization'),
        );
      if (averageUtilization !== undefined && averageValue !== undefined)
        errors.push(
          fieldForbidden(at.child('averageValue'), 'may not set both a target raw value and a target utilization'),
        );
      break;
    default:
      source satisfies never;
  }
  return errors;
}
