import { type FieldError, fieldForbidden, fieldInvalid, fieldRequired } from '../../../machinery/field-error.ts';
import type { FieldPath } from '../../../machinery/field-path.ts';
import { isQualifiedName } from '../../../machinery/names.ts';
import { parseQuantity, tryParseQuantity } from '../../../machinery/quantity.ts';
import type { ResourceRequirements } from './resources.ts';

const STANDARD: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const STANDARD_ANYWHERE: ReadonlySet<string> = new Set([
  ...STANDARD,
  'storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'services',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
]);

const isHugePages = (name: string) => name.startsWith('hugepages-');
/** Named by a domain of its own: counted in whole numbers. */
const isExtended = (name: string) =>
  name.includes('/') && !name.split('/')[0]?.endsWith('kubernetes.io') && !name.startsWith('requests.');
const mayOvercommit = (name: string) => !isExtended(name) && !isHugePages(name);

/** Names and amounts by themselves, requests within limits, and what must not be overcommitted. */
export function validateResources({ limits = {}, requests = {} }: ResourceRequirements, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const)
    for (const [name, text] of Object.entries(amounts)) {
      const item = at.child(field).key(name);
      errors.push(...validateName(name, item));
      errors.push(...validateAmount(name, text, item));
    }
  for (const [name, text] of Object.entries(requests)) {
    const limitText = limits[name];
    const request = tryParseQuantity(text);
    const limit = limitText === undefined ? undefined : tryParseQuantity(limitText);
    if (request && limit) {
      if (request.compare(limit) !== 0 && !mayOvercommit(name))
        errors.push(fieldInvalid(at.child('requests'), text, `must be equal to ${name} limit of ${limit.toString()}`));
      else if (request.compare(limit) > 0)
        errors.push(
          fieldInvalid(
            at.child('requests'),
            text,
            `must be less than or equal to ${name} limit of ${limit.toString()}`,
          ),
        );
    } else if (!mayOvercommit(name))
      errors.push(fieldRequired(at.child('limits'), 'Limit must be set for non overcommitable resources'));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(fieldForbidden(at, 'HugePages require cpu or memory'));
  return errors;
}

function validateName(name: string, at: FieldPath): FieldError[] {
  const errors = isQualifiedName(name).map((m) => fieldInvalid(at, name, m));
  if (name.includes('/')) return errors;
  if (errors.length === 0 && !STANDARD_ANYWHERE.has(name) && !isHugePages(name))
    errors.push(fieldInvalid(at, name, 'must be a standard resource type or fully qualified'));
  if (!STANDARD.has(name) && !isHugePages(name))
    errors.push(fieldInvalid(at, name, 'must be a standard resource for containers'));
  return errors;
}

function validateAmount(name: string, text: string, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const amount = tryParseQuantity(text);
  if (!amount) return errors;
  if (amount.sign() < 0) errors.push(fieldInvalid(at, text, 'must be greater than or equal to 0'));
  if (isExtended(name) && amount.compare(parseQuantity(String(amount.value()))) !== 0)
    errors.push(fieldInvalid(at, text, 'must be an integer'));
  return errors;
}
