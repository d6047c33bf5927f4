import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import type { FieldPath } from '../../machinery/field-path.ts';
import type { RuleWithOperations } from './webhooks.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

/** Which requests: no list may be empty, and `*` stands alone. */
export function validateRule(rule: RuleWithOperations, at: FieldPath): FieldError[] {
  const { apiGroups = [], apiVersions = [], operations = [], resources = [] } = rule;
  const errors: FieldError[] = [];
  for (const [field, values, words] of [
    ['operations', operations, 'operations'],
    ['apiGroups', apiGroups, 'API groups'],
    ['apiVersions', apiVersions, 'API versions'],
  ] as const) {
    if (values.length === 0) errors.push(fieldRequired(at.child(field)));
    if (values.length > 1 && values.includes('*'))
      errors.push(fieldInvalid(at.child(field), values, `if '*' is present, must not specify other ${words}`));
  }
  operations.forEach((operation, i) => {
    if (!OPERATIONS.includes(operation))
      errors.push(fieldNotSupported(at.child('operations').index(i), operation, OPERATIONS));
  });
  apiVersions.forEach((version, i) => {
    if (version === '') errors.push(fieldRequired(at.child('apiVersions').index(i)));
  });
  if (resources.length === 0) errors.push(fieldRequired(at.child('resources')));
  resources.forEach((resource, i) => {
    if (resource === '') errors.push(fieldRequired(at.child('resources').index(i)));
  });
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(
      fieldInvalid(at.child('resources'), resources, "if '*/*' is present, must not specify other resources"),
    );
  return errors;
}
