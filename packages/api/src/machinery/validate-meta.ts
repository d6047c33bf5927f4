import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong } from './field-error.ts';
import type { FieldPath } from './field-path.ts';
import type { LabelSelectorLike, Labels } from './label-selector.ts';
import { isLabelValue, isQualifiedName } from './names.ts';

export const FIELD_IMMUTABLE_MESSAGE = 'field is immutable';
/** Upstream's bound on the bytes of all of an object's annotations. */
export const TOTAL_ANNOTATION_SIZE_LIMIT = 256 * 1024;

export function validateLabelName(name: string, at: FieldPath): FieldError[] {
  return isQualifiedName(name).map((message) => fieldInvalid(at, name, message));
}

export function validateLabels(labels: Labels | undefined, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries(labels ?? {})) {
    errors.push(...validateLabelName(name, at));
    errors.push(...isLabelValue(value).map((message) => fieldInvalid(at, value, message)));
  }
  return errors;
}

export function validateAnnotations(annotations: Labels | undefined, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [name, value] of Object.entries(annotations ?? {})) {
    errors.push(...isQualifiedName(name.toLowerCase()).map((message) => fieldInvalid(at, name, message)));
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > TOTAL_ANNOTATION_SIZE_LIMIT) errors.push(fieldTooLong(at, TOTAL_ANNOTATION_SIZE_LIMIT));
  return errors;
}

/** The rules of a meta/v1 LabelSelector. An empty selector is valid here; kinds that forbid it say so themselves. */
export function validateLabelSelector(selector: LabelSelectorLike | undefined, at: FieldPath): FieldError[] {
  const errors = validateLabels(selector?.matchLabels, at.child('matchLabels'));
  for (const [i, { key, operator, values = [] }] of (selector?.matchExpressions ?? []).entries()) {
    const expression = at.child('matchExpressions').index(i);
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(fieldRequired(expression.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      if (values.length > 0) errors.push(fieldForbidden(expression.child('values'), why));
    } else {
      errors.push(fieldInvalid(expression.child('operator'), operator, 'not a valid selector operator'));
    }
    errors.push(...validateLabelName(key, expression.child('key')));
    for (const [j, value] of values.entries())
      errors.push(
        ...isLabelValue(value).map((message) => fieldInvalid(expression.child('values').index(j), value, message)),
      );
  }
  return errors;
}
