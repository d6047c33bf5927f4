import { type FieldError, fieldForbidden, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import type { FieldPath } from '../../machinery/field-path.ts';

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** `RWO,ROX`: each mode once, in upstream's order. */
export function formatAccessModes(modes: readonly string[] | undefined): string {
  return Object.entries(SHORT)
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

export function validateAccessModes(
  modes: readonly string[] | undefined,
  at: FieldPath,
  missing: string,
): FieldError[] {
  if (!modes?.length) return [fieldRequired(at, missing)];
  const errors = modes
    .filter((mode) => !Object.hasOwn(SHORT, mode))
    .map((mode) => fieldNotSupported(at, mode, Object.keys(SHORT).sort()));
  if (modes.length > 1 && modes.includes('ReadWriteOncePod'))
    errors.push(fieldForbidden(at, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}
