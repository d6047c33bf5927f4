import {
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
} from '../../machinery/field-error.ts';
import { type FieldPath, path } from '../../machinery/field-path.ts';
import { isQualifiedName } from '../../machinery/names.ts';
import { parseQuantity } from '../../machinery/quantity.ts';
import type { LimitRange, LimitRangeItem } from './limit-range.ts';

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage', 'storage', 'requests.storage', 'pods', 'services'];

export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (spec.limits ?? []).forEach((item, i) => {
    const at = path('spec', 'limits').index(i);
    const { type = '' } = item;
    errors.push(...isQualifiedName(type).map((message) => fieldInvalid(at.child('type'), type, message)));
    if (type !== '' && !TYPES.includes(type) && !type.includes('/'))
      errors.push(fieldInvalid(at.child('type'), type, 'must be a standard limit type or fully qualified'));
    if (seen.has(type)) errors.push(fieldDuplicate(at.child('type'), type));
    seen.add(type);
    errors.push(...validateItem(item, at));
  });
  return errors;
}

function validateItem(item: LimitRangeItem, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { type, max = {}, min = {}, maxLimitRequestRatio: ratio = {} } = item;
  const { default: limit = {}, defaultRequest: request = {} } = item;
  if (type === 'Pod')
    for (const field of ['default', 'defaultRequest'] as const)
      if (Object.keys(item[field] ?? {}).length > 0)
        errors.push(fieldForbidden(at.child(field), "may not be specified when `type` is 'Pod'"));
  if (type === 'PersistentVolumeClaim' && min['storage'] === undefined && max['storage'] === undefined)
    errors.push(
      fieldRequired(
        at.child('limits'),
        'either minimum or maximum storage value is required, but neither was provided',
      ),
    );
  for (const name of new Set([max, min, limit, request, ratio].flatMap(Object.keys))) {
    for (const field of FIELDS)
      if (item[field]?.[name] !== undefined) errors.push(...validateName(name, type, at.child(field).key(name)));
    errors.push(...inOrder(name, [min, 'min', 'min'], [max, 'max', 'max'], at));
    if (type === 'Pod') continue;
    errors.push(
      ...inOrder(name, [min, 'min', 'min'], [request, 'defaultRequest', 'default request'], at, 'defaultRequest'),
    );
    errors.push(
      ...inOrder(name, [request, 'defaultRequest', 'default request'], [max, 'max', 'max'], at, 'defaultRequest'),
    );
    errors.push(
      ...inOrder(
        name,
        [request, 'defaultRequest', 'default request'],
        [limit, 'default', 'default limit'],
        at,
        'defaultRequest',
      ),
    );
    errors.push(...inOrder(name, [min, 'min', 'min'], [limit, 'default', 'default'], at, 'default'));
    errors.push(...inOrder(name, [limit, 'default', 'default'], [max, 'max', 'max'], at, 'default'));
  }
  for (const [name, value] of Object.entries(ratio))
    if (parseQuantity(value).compare(parseQuantity('1')) < 0)
      errors.push(fieldInvalid(at.child('maxLimitRequestRatio').key(name), value, `ratio ${value} is less than 1`));
  return errors;
}

const FIELDS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

function validateName(name: string, type: string | undefined, at: FieldPath): FieldError[] {
  const errors = isQualifiedName(name).map((message) => fieldInvalid(at, name, message));
  if (!name.includes('/') && !RESOURCES.includes(name) && !name.startsWith('hugepages-'))
    errors.push(fieldInvalid(at, name, 'must be a standard resource type or fully qualified'));
  if (
    type === 'Container' &&
    !name.includes('/') &&
    !CONTAINER_RESOURCES.includes(name) &&
    !name.startsWith('hugepages-')
  )
    errors.push(fieldInvalid(at, name, 'must be a standard resource for containers'));
  return errors;
}

type Bound = readonly [amounts: Record<string, string>, field: string, words: string];

/** The lower bound may not lie above the upper one; told at `field` with its value. */
function inOrder(name: string, lower: Bound, upper: Bound, at: FieldPath, field = lower[1]): FieldError[] {
  const [low, high] = [lower, upper].map(([amounts]) => (Object.hasOwn(amounts, name) ? amounts[name] : undefined));
  if (low === undefined || high === undefined || parseQuantity(low).compare(parseQuantity(high)) <= 0) return [];
  const told = field === upper[1] || field === 'default' ? high : low;
  return [
    fieldInvalid(at.child(field).key(name), told, `${lower[2]} value ${low} is greater than ${upper[2]} value ${high}`),
  ];
}
