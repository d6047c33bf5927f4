import type { FieldError } from '../machinery/field-error.ts';
import { path } from '../machinery/field-path.ts';
import type { Kind, KubeObject } from './kind.ts';
import { validateFields } from './validate-fields.ts';
import { validateMetadata, validateMetadataUpdate } from './validate-metadata.ts';

/** Metadata has rules of its own; status is written by components and judged by `validateStatusUpdate` alone. */
const NOT_BY_FIELD = new Set(['metadata', 'status']);

/** All rules for an object as a whole, after defaulting; none broken gives an empty list. */
export function validateObject<T extends KubeObject>(kind: Kind<T>, object: T): FieldError[] {
  return [
    // What is answered and not stored needs no name.
    ...(kind.virtual ? [] : validateMetadata(kind, object.metadata, path('metadata'))),
    ...validateFields(kind.struct, object, path(), NOT_BY_FIELD),
    ...(kind.validate?.(object) ?? []),
  ];
}

/** What may not change, and the rules for `next` itself. */
export function validateObjectUpdate<T extends KubeObject>(kind: Kind<T>, next: T, old: T): FieldError[] {
  return [
    ...validateMetadataUpdate(next.metadata, old.metadata, path('metadata')),
    ...validateObject(kind, next),
    ...(kind.validateUpdate?.(next, old) ?? []),
  ];
}

/** The rules of a write to `/status`. */
export function validateStatusUpdate<T extends KubeObject>(kind: Kind<T>, next: T, old: T): FieldError[] {
  return [
    ...validateMetadataUpdate(next.metadata, old.metadata, path('metadata')),
    ...(kind.validateStatusUpdate?.(next, old) ?? []),
  ];
}
