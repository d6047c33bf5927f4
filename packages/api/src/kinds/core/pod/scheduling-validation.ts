import { type FieldError, fieldDuplicate, fieldInvalid, fieldNotSupported } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isLabelValue, isQualifiedName } from '../../../machinery/names.ts';
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
      errors.push(fieldInvalid(item.child('operator'), value, "value must be empty when `operator` is 'Exists'"));
    const problems = operator === '' || operator === 'Equal' ? isLabelValue(value) : [];
    if (problems.length > 0) errors.push(fieldInvalid(item.child('operator'), value, problems.join(';')));
    if (!OPERATORS.includes(operator))
      errors.push(fieldNotSupported(item.child('operator'), operator, ['Equal', 'Exists']));
  });
  return errors;
}

export function validateTopologySpread(constraints: readonly TopologySpreadConstraint[], at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const pairs = constraints.map(({ topologyKey, whenUnsatisfiable }) => `{${topologyKey}, ${whenUnsatisfiable}}`);
  constraints.forEach(({ maxSkew = 0, minDomains }, i) => {
    const item = at.index(i);
    if (maxSkew <= 0) errors.push(fieldInvalid(item.child('maxSkew'), maxSkew, 'must be greater than zero'));
    if (minDomains !== undefined && minDomains <= 0)
      errors.push(fieldInvalid(item.child('minDomains'), minDomains, 'must be greater than zero'));
    const pair = pairs[i] as string;
    if (pairs.indexOf(pair, i + 1) > i)
      errors.push(fieldDuplicate(item.child('{topologyKey, whenUnsatisfiable}'), pair));
  });
  return errors;
}
