import { type FieldError, fieldDuplicate, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import type { FieldPath } from '../../machinery/field-path.ts';
import { isDns1123Label } from '../../machinery/names.ts';
import type { DeviceClaim } from './device-request.ts';

const MODES = ['All', 'ExactCount'];

/** One device each unless a request says otherwise. Mutates. */
export function defaultDeviceRequests(claim: DeviceClaim | undefined): void {
  for (const { exactly, firstAvailable } of claim?.requests ?? [])
    for (const request of [...(exactly ? [exactly] : []), ...(firstAvailable ?? [])])
      if (request.allocationMode === 'ExactCount') request.count ??= 1;
}

/** Rules of the devices that a claim asks for (KEP-4381). */
export function validateDeviceClaim(claim: DeviceClaim | undefined, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  (claim?.requests ?? []).forEach(({ exactly, firstAvailable, name }, i) => {
    const item = at.child('requests').index(i);
    if (name) errors.push(...isDns1123Label(name).map((m) => fieldInvalid(item.child('name'), name, m)));
    if (names.has(name)) errors.push(fieldDuplicate(item.child('name'), name));
    names.add(name);
    const given = (exactly ? 1 : 0) + (firstAvailable?.length ? 1 : 0);
    if (given === 0) errors.push(fieldRequired(item, 'exactly one of `exactly` or `firstAvailable` is required'));
    if (given > 1)
      errors.push(
        fieldInvalid(
          item,
          null,
          'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set',
        ),
      );
    if (exactly) errors.push(...validateRequest(exactly, item.child('exactly')));
    (firstAvailable ?? []).forEach((request, j) => {
      errors.push(...validateRequest(request, item.child('firstAvailable').index(j)));
    });
  });
  return errors;
}

interface Request {
  readonly allocationMode?: string | undefined;
  readonly count?: number | undefined;
}

function validateRequest({ allocationMode = '', count = 0 }: Request, at: FieldPath): FieldError[] {
  if (allocationMode === 'All')
    return count === 0
      ? []
      : [fieldInvalid(at.child('count'), count, `must not be specified when allocationMode is 'All'`)];
  if (!MODES.includes(allocationMode))
    return [fieldInvalid(at.child('allocationMode'), allocationMode, `must be one of: ${MODES.join(', ')}`)];
  return count > 0 ? [] : [fieldInvalid(at.child('count'), count, 'must be greater than zero')];
}
