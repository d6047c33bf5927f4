import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../machinery/field-error.ts';
import type { FieldPath } from '../machinery/field-path.ts';
import { type CompiledStruct, compile, typeHasRules } from './compiled.ts';
import type { FieldSpec, FieldType } from './field.ts';
import type { Struct } from './struct.ts';

/** Checks what single fields demand: required, allowed values, ranges, string rules. Errors stand in field order. */
export function validateFields(
  struct: Struct,
  value: object,
  at: FieldPath,
  skip: ReadonlySet<string> = new Set(),
): FieldError[] {
  const errors: FieldError[] = [];
  checkStruct(errors, compile(struct), value as Record<string, unknown>, at, skip);
  return errors;
}

const SKIP_NONE: ReadonlySet<string> = new Set();

function checkStruct(
  errors: FieldError[],
  struct: CompiledStruct,
  object: Record<string, unknown>,
  at: FieldPath,
  skip: ReadonlySet<string>,
): void {
  for (const { name, spec } of struct.checked) {
    if (skip.size > 0 && skip.has(name)) continue;
    const value = object[name];
    if (value !== undefined) checkField(errors, spec, value, at, name);
    else if (spec.required) checkMissing(errors, spec, at, name);
  }
}

/** Types whose zero value is as good as any other; rules judge it. */
const HAVE_ZERO: ReadonlySet<string> = new Set(['boolean', 'intOrString']);

function checkMissing(errors: FieldError[], spec: FieldSpec, parent: FieldPath, name: string): void {
  const isNumber = spec.type.kind === 'scalar' && (spec.type.name === 'int32' || spec.type.name === 'int64');
  if (isNumber && !spec.pointer) checkField(errors, spec, 0, parent, name);
  else if (spec.type.kind === 'scalar' && HAVE_ZERO.has(spec.type.name)) return;
  else errors.push(fieldRequired(parent.child(name), spec.requiredDetail));
}

/** Paths are made where somebody reads them: most fields break nothing. */
function checkField(errors: FieldError[], spec: FieldSpec, value: unknown, parent: FieldPath, name: string): void {
  const { type } = spec;
  if (spec.required && isEmpty(spec, value)) {
    errors.push(fieldRequired(parent.child(name), spec.requiredDetail));
    return;
  }
  if (spec.oneOf && typeof value === 'string' && !spec.oneOf.includes(value) && !(value === '' && !spec.pointer))
    errors.push(fieldNotSupported(parent.child(name), value, spec.oneOfInOrder ? spec.oneOf : [...spec.oneOf].sort()));
  if (spec.range && typeof value === 'number' && (value < spec.range[0] || value > spec.range[1]))
    errors.push(fieldInvalid(parent.child(name), value, rangeMessage(spec.range)));
  if (spec.rule && typeof value === 'string' && value !== '')
    for (const message of spec.rule(value)) errors.push(fieldInvalid(parent.child(name), value, message));
  if (typeHasRules(type)) checkType(errors, type, value, parent.child(name));
}

function isEmpty({ type, zeroIsMissing }: FieldSpec, value: unknown): boolean {
  if (value === '' || (value === 0 && zeroIsMissing)) return true;
  return type.kind === 'list' && (value as unknown[]).length === 0;
}

function rangeMessage([min, max]: readonly [number, number]): string {
  if (max === Number.MAX_SAFE_INTEGER)
    return min === 0 ? 'must be greater than or equal to 0' : `must be greater than or equal to ${min}`;
  if (min === 0 && max === 0o777) return 'must be a number between 0 and 0777 (octal), both inclusive';
  return `must be between ${min} and ${max}, inclusive`;
}

function checkType(errors: FieldError[], fieldType: FieldType, value: unknown, at: FieldPath): void {
  switch (fieldType.kind) {
    case 'scalar':
      return;
    case 'struct':
      checkStruct(errors, compile(fieldType.struct), value as Record<string, unknown>, at, SKIP_NONE);
      return;
    case 'list':
      if (fieldType.element.kind === 'scalar') return;
      for (let i = 0; i < (value as unknown[]).length; i++)
        checkType(errors, fieldType.element, (value as unknown[])[i], at.index(i));
      return;
    case 'map':
      if (fieldType.value.kind === 'scalar') return;
      for (const [key, item] of Object.entries(value as object)) checkType(errors, fieldType.value, item, at.key(key));
      return;
    default:
      fieldType satisfies never;
  }
}
