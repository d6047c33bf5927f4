import { type FieldError, fieldForbidden, fieldInvalid, fieldNotSupported } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { bool, int32, of, str } from '../../schema/builders.ts';
import { column } from '../../schema/column.ts';
import { formatAge } from '../../schema/durations.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const PriorityClass = struct('PriorityClass', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  value: int32(2).always().describe('The priority of pods of this class; higher goes first.'),
  globalDefault: bool(3).describe('True for pods that name no class.'),
  description: str(4).describe('What the class is for.'),
  preemptionPolicy: str(5).pointer().default('PreemptLowerPriority').describe('Whether its pods may drive out others.'),
});
export type PriorityClass = Infer<typeof PriorityClass>;

const HIGHEST_USER_VALUE = 1_000_000_000;
/** The classes that upstream creates itself. */
const SYSTEM: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

export const priorityClassKind = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  struct: PriorityClass,
  hasGeneration: true,
  validate: (priorityClass) => [...validatePriorityClass(priorityClass), ...validatePolicy(priorityClass)],
  validateUpdate(next, old) {
    const errors: FieldError[] = [];
    if ((next.value ?? 0) !== (old.value ?? 0))
      errors.push(fieldForbidden(path('value'), 'may not be changed in an update.'));
    if (next.preemptionPolicy !== old.preemptionPolicy)
      errors.push(fieldInvalid(path('preemptionPolicy'), next.preemptionPolicy, 'field is immutable'));
    return errors;
  },
  columns: [
    column('Value', ({ value }) => value ?? 0, 'integer'),
    column('Global-Default', ({ globalDefault }) => globalDefault ?? false, 'boolean'),
    column('Age', ({ metadata }, now) => formatAge(metadata.creationTimestamp, now)),
    column('PreemptionPolicy', ({ preemptionPolicy }) => preemptionPolicy ?? '<unset>'),
  ],
});

const POLICIES = ['PreemptLowerPriority', 'Never'];

function validatePolicy({ preemptionPolicy }: PriorityClass): FieldError[] {
  return preemptionPolicy === undefined || POLICIES.includes(preemptionPolicy)
    ? []
    : [fieldNotSupported(path('preemptionPolicy'), preemptionPolicy, POLICIES)];
}

function validatePriorityClass({ metadata: { name = '' }, value = 0, globalDefault }: PriorityClass): FieldError[] {
  if (name.startsWith('system-'))
    return SYSTEM[name] === value && !globalDefault
      ? []
      : [
          fieldForbidden(
            path('metadata', 'name'),
            "priority class names with 'system-' prefix are reserved for system use only. error: " +
              (Object.hasOwn(SYSTEM, name)
                ? `value of ${name} PriorityClass must be ${SYSTEM[name]}`
                : `${name} is not a known system priority class`),
          ),
        ];
  return value > HIGHEST_USER_VALUE
    ? [fieldForbidden(path('value'), `maximum allowed value of a user defined priority is ${HIGHEST_USER_VALUE}`)]
    : [];
}
