import { type FieldError, fieldNotSupported, fieldRequired, fieldTooMany } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import type { Container } from './container.ts';

const RULES_MAX = 20;
const EXIT_CODES_MAX = 255;

/** A container's own restart policy and the rules that refine it (KEP-5307). */
export function validateRestartPolicy({ restartPolicy, restartPolicyRules }: Container, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const known = ['Always', 'OnFailure', 'Never'];
  if (restartPolicy !== undefined && !known.includes(restartPolicy))
    errors.push(fieldNotSupported(at.child('restartPolicy'), restartPolicy, known));
  const rules = restartPolicyRules ?? [];
  if (rules.length > 0 && restartPolicy === undefined)
    errors.push(fieldRequired(at.child('restartPolicy'), 'must specify restartPolicy when restart rules are used'));
  if (rules.length > RULES_MAX) errors.push(fieldTooMany(at.child('restartPolicyRules'), rules.length, RULES_MAX));
  rules.forEach(({ action, exitCodes }, i) => {
    const item = at.child('restartPolicyRules').index(i);
    if (action !== 'Restart') errors.push(fieldNotSupported(item.child('action'), action, ['Restart']));
    if (!exitCodes) {
      errors.push(fieldRequired(item.child('exitCodes'), 'must be specified'));
      return;
    }
    const { operator, values = [] } = exitCodes;
    const codes = item.child('exitCodes');
    if (operator !== 'In' && operator !== 'NotIn')
      errors.push(fieldNotSupported(codes.child('operator'), operator ?? '', ['In', 'NotIn']));
    if (values.length > EXIT_CODES_MAX) errors.push(fieldTooMany(codes.child('values'), values.length, EXIT_CODES_MAX));
  });
  return errors;
}
