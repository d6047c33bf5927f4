import { type FieldError, fieldForbidden, fieldInvalid, fieldNotSupported } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { labelSelectorAsSelector } from '../../machinery/label-selector.ts';
import { isPercent } from '../../machinery/names.ts';
import { validateAnnotations, validateLabelSelector, validateLabels } from '../../machinery/validate-meta.ts';
import { wideColumn } from '../../schema/column.ts';
import type { Column, ScaleMapping } from '../../schema/kind.ts';
import { validatePodSpec } from '../core/pod/pod-spec-validation.ts';
import type { PodTemplateSpec } from '../core/pod/pod-template.ts';
import type { LabelSelector } from '../meta/label-selector.ts';

interface WorkloadSpec {
  selector: LabelSelector;
  template: PodTemplateSpec;
}

/** What workloads that keep pods running share: a selector that matches the template, and a template that may restart. */
export function validateWorkload({ selector, template }: WorkloadSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  errors.push(...validateLabelSelector(selector, at.child('selector')));
  const unusable = errors.length > 0;
  if (unusable) errors.push(fieldInvalid(at.child('selector'), selector, 'invalid label selector'));
  if (selector && isEmpty(selector))
    errors.push(fieldInvalid(at.child('selector'), selector, 'empty selector is invalid for deployment'));
  if (unusable || !template) return errors;
  const below = at.child('template');
  const labels = template.metadata?.labels ?? {};
  // A missing selector matches nothing, an empty one everything.
  if (!selector || !labelSelectorAsSelector(selector).matches(labels))
    errors.push(
      fieldInvalid(
        below.child('metadata').child('labels'),
        template.metadata?.labels ?? null,
        '`selector` does not match template `labels`',
      ),
    );
  errors.push(...validateLabels(labels, below.child('labels')));
  errors.push(...validateAnnotations(template.metadata?.annotations, below.child('annotations')));
  if (!template.spec) return errors;
  errors.push(...validatePodSpec(template.spec, below.child('spec')));
  if (template.spec.restartPolicy !== 'Always')
    errors.push(fieldNotSupported(below.child('spec').child('restartPolicy'), template.spec.restartPolicy, ['Always']));
  if (template.spec.activeDeadlineSeconds !== undefined)
    errors.push(
      fieldForbidden(
        below.child('spec').child('activeDeadlineSeconds'),
        'activeDeadlineSeconds in ReplicaSet is not Supported',
      ),
    );
  return errors;
}

function isEmpty({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;
}

/** Selectors of apps/v1 workloads never change. */
export function validateSelectorUnchanged(next: LabelSelector, old: LabelSelector): FieldError[] {
  return deepEqual(next, old) ? [] : [fieldInvalid(path('spec').child('selector'), next, 'field is immutable')];
}

/** A count or a percentage; percentages above `max` are refused. */
export function validateIntOrPercent(value: number | string, at: FieldPath, max?: number): FieldError[] {
  if (typeof value === 'number')
    return value < 0 ? [fieldInvalid(at, value, 'must be greater than or equal to 0')] : [];
  const problems = isPercent(value).map((m) => fieldInvalid(at, value, m));
  if (problems.length > 0) return problems;
  return max !== undefined && Number.parseInt(value, 10) > max
    ? [fieldInvalid(at, value, 'must not be greater than 100%')]
    : [];
}

/** The wide columns Containers, Images and Selector. */
export function templateColumns<T extends { spec: WorkloadSpec }>(): Column<T>[] {
  return [
    wideColumn('Containers', ({ spec }) => spec.template?.spec?.containers?.map(({ name }) => name).join(',')),
    wideColumn('Images', ({ spec }) => spec.template?.spec?.containers?.map(({ image }) => image ?? '').join(',')),
    wideColumn('Selector', ({ spec }) => labelSelectorAsSelector(spec.selector).toString()),
  ];
}

interface Replicated {
  spec: { replicas?: number | undefined; selector: LabelSelector };
  status?: { replicas?: number | undefined } | undefined;
}

/** `/scale` of workloads that count their pods in spec.replicas and status.replicas. */
export const replicasScale: ScaleMapping<Replicated> = {
  specReplicas: ({ spec }) => spec.replicas ?? 0,
  setSpecReplicas({ spec }, replicas) {
    spec.replicas = replicas;
  },
  statusReplicas: ({ status }) => status?.replicas ?? 0,
  selector: ({ spec }) => labelSelectorAsSelector(spec.selector).toString(),
};
