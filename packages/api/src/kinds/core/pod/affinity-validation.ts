import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isDns1123Label, isDns1123Subdomain, isLabelValue, isQualifiedName } from '../../../machinery/names.ts';
import { validateLabelSelector } from '../../../machinery/validate-meta.ts';
import type {
  Affinity,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from './affinity.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: Affinity, at: FieldPath): FieldError[] {
  return [
    ...(affinity.nodeAffinity ? validateNodeAffinity(affinity.nodeAffinity, at.child('nodeAffinity')) : []),
    ...(affinity.podAffinity ? validatePodAffinity(affinity.podAffinity, at.child('podAffinity')) : []),
    ...(affinity.podAntiAffinity ? validatePodAffinity(affinity.podAntiAffinity, at.child('podAntiAffinity')) : []),
  ];
}

function validateNodeAffinity(affinity: NodeAffinity, at: FieldPath): FieldError[] {
  const terms = at.child(REQUIRED).child('nodeSelectorTerms');
  return [
    ...(affinity[REQUIRED]?.nodeSelectorTerms ?? []).flatMap((term, i) => validateTerm(term, terms.index(i))),
    ...(affinity[PREFERRED] ?? []).flatMap(({ weight, preference }, i) => [
      ...validateWeight(weight, at.child(PREFERRED).index(i)),
      ...validateTerm(preference ?? {}, at.child(PREFERRED).index(i).child('preference')),
    ]),
  ];
}

function validateWeight(weight: number | undefined, at: FieldPath): FieldError[] {
  const value = weight ?? 0;
  return value >= 1 && value <= 100 ? [] : [fieldInvalid(at.child('weight'), value, 'must be in the range 1-100')];
}

function validateTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, at: FieldPath): FieldError[] {
  return [
    ...matchExpressions.flatMap((each, i) => validateExpression(each, at.child('matchExpressions').index(i))),
    ...matchFields.flatMap((each, i) => validateNodeField(each, at.child('matchFields').index(i))),
  ];
}

function validateExpression(
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(fieldRequired(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(
          fieldForbidden(at.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1)
        errors.push(
          fieldRequired(at.child('values'), "must be specified single value when `operator` is 'Lt' or 'Gt'"),
        );
      break;
    default:
      errors.push(fieldInvalid(at.child('operator'), operator, 'not a valid selector operator'));
  }
  errors.push(...isQualifiedName(key).map((m) => fieldInvalid(at.child('key'), key, m)));
  for (const [i, value] of values.entries())
    errors.push(...isLabelValue(value).map((m) => fieldInvalid(at.child('values').index(i), value, m)));
  return errors;
}

function validateNodeField(
  { key = '', operator = '', values = [] }: NodeSelectorRequirement,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(fieldInvalid(at.child('operator'), operator, 'not a valid selector operator'));
  else if (values.length !== 1)
    errors.push(
      fieldRequired(
        at.child('values'),
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    );
  if (key !== 'metadata.name') return [...errors, fieldInvalid(at.child('key'), key, 'not a valid field selector key')];
  for (const [i, value] of values.entries())
    errors.push(...isDns1123Subdomain(value).map((m) => fieldInvalid(at.child('values').index(i), value, m)));
  return errors;
}

function validatePodAffinity(affinity: PodAffinity, at: FieldPath): FieldError[] {
  return [
    ...(affinity[REQUIRED] ?? []).flatMap((term, i) => validatePodTerm(term, at.child(REQUIRED).index(i))),
    ...(affinity[PREFERRED] ?? []).flatMap(({ weight, podAffinityTerm }, i) => {
      const item = at.child(PREFERRED).index(i);
      const term = podAffinityTerm ?? { topologyKey: '' };
      return [...validateWeight(weight, item), ...validatePodTerm(term, item.child('podAffinityTerm'))];
    }),
  ];
}

function validatePodTerm(term: PodAffinityTerm, at: FieldPath): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  return [
    ...validateLabelSelector(labelSelector, at.child('labelSelector')),
    ...validateLabelSelector(namespaceSelector, at.child('namespaceSelector')),
    ...namespaces.flatMap((name) => isDns1123Label(name).map((m) => fieldInvalid(at.child('namespace'), name, m))),
    ...isQualifiedName(topologyKey).map((m) => fieldInvalid(at.child('topologyKey'), topologyKey, m)),
  ];
}
