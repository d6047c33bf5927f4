import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { deepEqual } from '../../machinery/json.ts';
import { isQualifiedName } from '../../machinery/names.ts';
import { parseQuantity } from '../../machinery/quantity.ts';
import type { ResourceQuota, ScopedResourceSelectorRequirement } from './resource-quota.ts';

const COUNTS = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const AMOUNTS = new Set(
  ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
).add('requests.storage');
const SCOPES = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
];

export function validateResourceQuota({ spec }: ResourceQuota): FieldError[] {
  const at = path('spec');
  const errors = validateHard(spec.hard ?? {}, at.child('hard'));
  const scopes = spec.scopes ?? [];
  if (scopes.some((scope) => !SCOPES.includes(scope)))
    errors.push(fieldInvalid(at.child('scopes'), scopes, 'unsupported scope'));
  for (const [one, other] of [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ] as const)
    if (scopes.includes(one) && scopes.includes(other))
      errors.push(fieldInvalid(at.child('scopes'), scopes, 'conflicting scopes'));
  const below = at.child('scopeSelector', 'matchExpressions');
  for (const requirement of spec.scopeSelector?.matchExpressions ?? [])
    errors.push(...validateRequirement(requirement, below));
  return errors;
}

/** Names of the resources are upstream's own or qualified; amounts are not negative, and counts are whole. */
function validateHard(hard: Record<string, string>, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, amount] of Object.entries(hard)) {
    const where = at.key(name);
    for (const message of isQualifiedName(name)) errors.push(fieldInvalid(where, name, message));
    const known = COUNTS.has(name) || AMOUNTS.has(name) || /^(requests\.)?hugepages-/.test(name);
    if (!known && !name.includes('/'))
      errors.push(
        fieldInvalid(where, name, 'must be a standard resource type or fully qualified'),
        fieldInvalid(where, name, 'must be a standard resource for quota'),
      );
    const quantity = parseQuantity(amount);
    if (quantity.sign() < 0) errors.push(fieldInvalid(where, amount, 'must be greater than or equal to 0'));
    if (COUNTS.has(name) && !/^-?\d+(k|M|G|T|P|E|[KMGTPE]i)?$/.test(amount))
      errors.push(fieldInvalid(where, amount, 'must be an integer'));
  }
  return errors;
}

function validateRequirement(
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  at: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!SCOPES.includes(scopeName)) errors.push(fieldInvalid(at.child('scopeName'), scopeName, 'unsupported scope'));
  const plain = scopeName !== 'PriorityClass' && scopeName !== 'VolumeAttributesClass';
  if (plain && operator !== 'Exists')
    errors.push(
      fieldInvalid(
        at.child('operator'),
        operator,
        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      ),
    );
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0)
    errors.push(
      fieldRequired(
        at.child('values'),
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      ),
    );
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0)
    errors.push(
      fieldInvalid(
        at.child('values'),
        values,
        "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector",
      ),
    );
  return errors;
}

/** What a quota counts never changes. */
export function validateResourceQuotaUpdate(next: ResourceQuota, old: ResourceQuota): FieldError[] {
  const sorted = ({ spec }: ResourceQuota): string[] => [...(spec.scopes ?? [])].sort();
  return deepEqual(sorted(next), sorted(old))
    ? []
    : [fieldInvalid(path('spec', 'scopes'), next.spec.scopes ?? [], 'field is immutable')];
}
