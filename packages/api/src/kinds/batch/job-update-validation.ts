import { type FieldError, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import type { PodTemplateSpec } from '../core/pod/pod-template.ts';
import type { Job } from './job.ts';

const IMMUTABLE = [
  'selector',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
  'completionMode',
] as const;

/** A job stays what it was; an Indexed one may grow and shrink (KEP-3715), a suspended one may be placed anew (KEP-2926). */
export function validateJobUpdate(next: Job, old: Job): FieldError[] {
  const at = path('spec');
  const errors: FieldError[] = [];
  const { completions, parallelism } = next.spec;
  const grows = next.spec.completionMode === 'Indexed' && completions === parallelism;
  if (completions !== old.spec.completions && !grows)
    errors.push(fieldInvalid(at.child('completions'), completions ?? null, 'field is immutable'));
  for (const field of IMMUTABLE)
    if (!deepEqual(next.spec[field], old.spec[field]))
      errors.push(fieldInvalid(at.child(field), next.spec[field] ?? null, 'field is immutable'));
  if (!deepEqual(comparable(next.spec.template, old), old.spec.template))
    errors.push(fieldInvalid(at.child('template'), next.spec.template, 'field is immutable'));
  return errors;
}

/** The new template with what may change put back, as long as the job never started. */
function comparable(template: PodTemplateSpec, old: Job): PodTemplateSpec {
  if (!old.spec.suspend || old.status?.startTime !== undefined) return template;
  const { metadata, spec } = old.spec.template;
  const { affinity, nodeSelector, schedulingGates, tolerations } = spec;
  return {
    metadata: {
      ...template.metadata,
      labels: metadata?.labels,
      annotations: metadata?.annotations,
    } as NonNullable<PodTemplateSpec['metadata']>,
    spec: { ...template.spec, affinity, nodeSelector, schedulingGates, tolerations },
  };
}
