/** What a strategic merge patch must know of an object's fields. */
export interface PatchSchema {
  field(name: string): PatchField | undefined;
}

export interface PatchField {
  readonly kind: 'scalar' | 'object' | 'map' | 'list';
  /** Upstream's patchStrategy: `merge`, `replace`, `retainKeys`; empty for the field's natural way. */
  readonly patchStrategy: readonly string[];
  /** The member that tells the objects of a list apart. */
  readonly patchMergeKey?: string | undefined;
  /** The fields of a list's objects, of an object, or of a map's values. */
  readonly element?: PatchSchema | undefined;
}

const UNKNOWN: PatchSchema = { field: () => undefined };

/** The schema below a field: an unknown field's members are unknown, a map's members are all alike. */
export function schemaBelow(field: PatchField | undefined): PatchSchema {
  const element = field?.element;
  if (field?.kind !== 'map') return element ?? UNKNOWN;
  const value: PatchField = { kind: element ? 'object' : 'scalar', patchStrategy: [], element };
  return { field: () => value };
}

export function hasStrategy(field: PatchField | undefined, strategy: string): boolean {
  return field?.patchStrategy.includes(strategy) ?? false;
}
