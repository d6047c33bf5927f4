import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import type { FieldPath } from '../../machinery/field-path.ts';
import { isQualifiedName } from '../../machinery/names.ts';
import { validateLabelSelector } from '../../machinery/validate-meta.ts';
import { validateTemplate } from '../apps/template-validation.ts';
import type { JobSpec } from './job-spec.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './pod-failure-policy-validation.ts';

const MAX_INDEXED = 100_000;

/** Rules of a Job's spec, also inside a CronJob. */
export function validateJobSpec(spec: JobSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.selector) errors.push(...validateLabelSelector(spec.selector, at.child('selector')));
  if (spec.completionMode === 'Indexed') errors.push(...validateIndexed(spec, at));
  else errors.push(...validateNotIndexed(spec, at));
  if (spec.managedBy !== undefined)
    for (const message of spec.managedBy.includes('/') ? isQualifiedName(spec.managedBy) : [MANAGED_BY])
      errors.push(fieldInvalid(at.child('managedBy'), spec.managedBy, message));
  errors.push(...validatePodFailurePolicy(spec, at), ...validateSuccessPolicy(spec, at));
  if (!spec.template) return errors;
  const below = at.child('template');
  errors.push(...validateTemplate(spec.template, below));
  const restartPolicy = spec.template.spec?.restartPolicy;
  const where = below.child('spec', 'restartPolicy');
  if (restartPolicy === 'Always') errors.push(fieldRequired(where, 'valid values: "OnFailure", "Never"'));
  else if (spec.podFailurePolicy && restartPolicy !== 'Never')
    errors.push(fieldInvalid(where, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified'));
  return errors;
}

const MANAGED_BY = 'must be a domain-prefixed path (such as "acme.io/foo")';

function validateIndexed(spec: JobSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (completions === undefined) errors.push(fieldRequired(at.child('completions'), 'when completion mode is Indexed'));
  if ((parallelism ?? 0) > MAX_INDEXED)
    errors.push(
      fieldInvalid(
        at.child('parallelism'),
        parallelism,
        `must be less than or equal to ${MAX_INDEXED} when completion mode is Indexed`,
      ),
    );
  if (maxFailedIndexes === undefined) return errors;
  if (completions !== undefined && maxFailedIndexes > completions)
    errors.push(
      fieldInvalid(at.child('maxFailedIndexes'), maxFailedIndexes, 'must be less than or equal to completions'),
    );
  if (backoffLimitPerIndex === undefined)
    errors.push(fieldRequired(at.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  return errors;
}

function validateNotIndexed(spec: JobSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
    if (spec[field] !== undefined)
      errors.push(fieldInvalid(at.child(field), spec[field], 'requires indexed completion mode'));
  if (spec.successPolicy)
    errors.push(fieldInvalid(at.child('successPolicy'), spec.successPolicy, 'requires indexed completion mode'));
  if (spec.podFailurePolicy && spec.podReplacementPolicy !== undefined && spec.podReplacementPolicy !== 'Failed')
    errors.push(fieldNotSupported(at.child('podReplacementPolicy'), spec.podReplacementPolicy, ['Failed']));
  return errors;
}
