import { type FieldError, fieldForbidden, fieldInvalid, fieldNotSupported } from '../../machinery/field-error.ts';
import type { FieldPath } from '../../machinery/field-path.ts';
import { labelSelectorAsSelector } from '../../machinery/label-selector.ts';
import { validateAnnotations, validateLabelSelector, validateLabels } from '../../machinery/validate-meta.ts';
import { validatePodSpec } from '../core/pod/pod-spec-validation.ts';
import type { PodTemplateSpec } from '../core/pod/pod-template.ts';
import type { LabelSelector } from '../meta/label-selector.ts';

interface Selecting {
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
}

/** Rules of a DaemonSet's or StatefulSet's selector and template: they match, and the pods restart for ever. */
export function validateSelectingTemplate(
  kind: 'DaemonSet' | 'StatefulSet',
  { selector, template }: Selecting,
  at: FieldPath,
): FieldError[] {
  if (!selector || !template) return [];
  const errors = validateLabelSelector(selector, at.child('selector'));
  const below = at.child('template');
  const labels = template.metadata?.labels ?? {};
  if (isEmptySelector(selector))
    errors.push(fieldInvalid(at.child('selector'), selector, `empty selector is invalid for ${kind.toLowerCase()}`));
  else if (errors.length === 0 && !labelSelectorAsSelector(selector).matches(labels))
    errors.push(
      fieldInvalid(below.child('metadata').child('labels'), labels, '`selector` does not match template `labels`'),
    );
  return [...errors, ...validateTemplate(template, below), ...validateRunsForEver(kind, template, below)];
}

/** Labels, annotations and the pod spec of a template. */
export function validateTemplate({ metadata, spec }: PodTemplateSpec, at: FieldPath): FieldError[] {
  return [
    ...validateLabels(metadata?.labels, at.child('labels')),
    ...validateAnnotations(metadata?.annotations, at.child('annotations')),
    ...(spec ? validatePodSpec(spec, at.child('spec')) : []),
  ];
}

/** A template whose pods may neither end nor have a deadline. */
export function validateRunsForEver(kind: string, { spec }: PodTemplateSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (spec && spec.restartPolicy !== 'Always')
    errors.push(fieldNotSupported(at.child('spec', 'restartPolicy'), spec.restartPolicy, ['Always']));
  if (spec?.activeDeadlineSeconds !== undefined)
    errors.push(
      fieldForbidden(at.child('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${kind} is not Supported`),
    );
  return errors;
}

export function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;
}
