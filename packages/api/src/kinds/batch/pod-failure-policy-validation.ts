import { type FieldError, fieldInvalid, fieldRequired, fieldTooMany } from '../../machinery/field-error.ts';
import type { FieldPath } from '../../machinery/field-path.ts';
import type { JobSpec, PodFailurePolicyRule } from './job-spec.ts';

const MAX_RULES = 20;

/** KEP-3329: each rule asks for exit codes or pod conditions. */
export function validatePodFailurePolicy({ podFailurePolicy, ...spec }: JobSpec, at: FieldPath): FieldError[] {
  if (!podFailurePolicy) return [];
  const rules = podFailurePolicy.rules ?? [];
  const below = at.child('podFailurePolicy', 'rules');
  if (rules.length > MAX_RULES) return [fieldTooMany(below, rules.length, MAX_RULES)];
  const containers = new Set(
    [...(spec.template?.spec?.containers ?? []), ...(spec.template?.spec?.initContainers ?? [])].map(
      ({ name }) => name,
    ),
  );
  return rules.flatMap((rule, i) => [
    ...validateRule(rule, containers, below.index(i)),
    ...(rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined
      ? [fieldInvalid(below.index(i).child('action'), rule.action, 'requires the backoffLimitPerIndex to be set')]
      : []),
  ]);
}

function validateRule(
  { onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  containers: ReadonlySet<string>,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (onExitCodes) {
    const below = at.child('onExitCodes');
    const { containerName, operator, values } = onExitCodes;
    if (containerName !== undefined && !containers.has(containerName))
      errors.push(
        fieldInvalid(
          below.child('containerName'),
          containerName,
          'must be one of the container or initContainer names in the pod template',
        ),
      );
    if (operator === 'In' && values?.includes(0))
      errors.push(fieldInvalid(below.child('values').index(values.indexOf(0)), 0, 'must not be 0 for the In operator'));
    if (onPodConditions.length > 0)
      errors.push(
        fieldInvalid(
          at,
          { onExitCodes, onPodConditions },
          'specifying both OnExitCodes and OnPodConditions is not supported',
        ),
      );
  } else if (onPodConditions.length === 0) {
    errors.push(fieldInvalid(at, {}, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

/** KEP-3998. */
export function validateSuccessPolicy({ successPolicy, completions }: JobSpec, at: FieldPath): FieldError[] {
  const below = at.child('successPolicy', 'rules');
  const rules = successPolicy?.rules ?? [];
  if (rules.length > MAX_RULES) return [fieldTooMany(below, rules.length, MAX_RULES)];
  return rules.flatMap(({ succeededCount, succeededIndexes }, i) => {
    if (succeededCount === undefined && succeededIndexes === undefined)
      return [fieldRequired(below.index(i), 'at least one of succeededCount or succeededIndexes must be specified')];
    if (succeededCount !== undefined && completions !== undefined && succeededCount > completions)
      return [
        fieldInvalid(
          below.index(i).child('succeededCount'),
          succeededCount,
          `must be less than or equal to ${completions} (the number of specified completions)`,
        ),
      ];
    return [];
  });
}
