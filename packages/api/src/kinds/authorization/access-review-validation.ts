import { type FieldError, fieldInvalid } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import type { NonResourceAttributes, ResourceAttributes } from './access-review.ts';

interface Attributes {
  readonly resourceAttributes?: ResourceAttributes | undefined;
  readonly nonResourceAttributes?: NonResourceAttributes | undefined;
}

/** A review asks of a resource or of a path. */
export function validateAttributes({ nonResourceAttributes, resourceAttributes }: Attributes): FieldError[] {
  const at = path('spec');
  if (resourceAttributes && nonResourceAttributes)
    return [
      fieldInvalid(
        at.child('nonResourceAttributes'),
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      ),
    ];
  if (!resourceAttributes && !nonResourceAttributes)
    return [
      fieldInvalid(
        at.child('resourceAttributes'),
        null,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    ];
  return [];
}

interface Subject {
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** The same for a review of somebody else, who must be named. */
export function validateSubjectReview(spec: Attributes & Subject): FieldError[] {
  const errors = validateAttributes(spec);
  if (!spec.user && !spec.groups?.length)
    errors.push(fieldInvalid(path('spec', 'user'), spec.user ?? '', 'at least one of user or group must be specified'));
  return errors;
}
