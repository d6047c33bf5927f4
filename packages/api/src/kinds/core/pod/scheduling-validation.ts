import { type FieldError, fieldDuplicate, fieldInvalid, fieldRequired } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isQualifiedName } from '../../../machinery/names.ts';
import type { Toleration, TopologySpreadConstraint } from './scheduling.ts';

const OPERATORS = ['', 'Equal', 'Exists', 'Gt', 'Lt'];

export function validateTolerations(tolerations: readonly Toleration[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  tolerations.forEach(({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, i) => {
    const item = at.index(i);
    if (key !== '') errors.push(...isQualifiedName(key).map((m) => fieldInvalid(item.child('key'), key, m)));
    else if (operator !== 'Exists')
      errors.push(
        fieldInvalid(
          item.child('operator'),
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(
        fieldInvalid(item.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      );
    if (operator === 'Exists' && value !== '')
      errors.push(fieldInvalid(item, `${value}`, "value must be empty when `operator` is 'Exists'"));
    if (!OPERATORS.includes(operator))
      errors.push(fieldInvalid(item.child('operator'), operator, 'not a valid toleration operator'));
  });
  return errors;
}

export function validateTopologySpread(constraints: readonly TopologySpreadConstraint[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  constraints.forEach(({ topologyKey, whenUnsatisfiable }, i) => {
    if (!topologyKey) errors.push(fieldRequired(at.index(i).child('topologyKey'), 'can not be empty'));
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) errors.push(fieldDuplicate(at.index(i).child('{topologyKey, whenUnsatisfiable}'), pair));
    seen.add(pair);
  });
  return errors;
}
