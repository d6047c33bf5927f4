import type { PatchField, PatchSchema } from '../machinery/patch-schema.ts';
import { compile } from './compiled.ts';
import type { FieldSpec, FieldType } from './field.ts';
import type { Kind, KubeObject } from './kind.ts';
import type { Struct } from './struct.ts';

const schemas = new WeakMap<Struct, PatchSchema>();

/** What strategic merge needs to know of a kind. */
export function patchSchemaOf<T extends KubeObject>(kind: Kind<T>): PatchSchema {
  return structSchema(kind.struct);
}

function structSchema(struct: Struct): PatchSchema {
  const known = schemas.get(struct);
  if (known) return known;
  const { fields } = compile(struct);
  const cache = new Map<string, PatchField>();
  const schema: PatchSchema = {
    field(name) {
      const cached = cache.get(name);
      if (cached) return cached;
      const spec = fields.get(name);
      if (!spec) return undefined;
      const field = patchField(spec);
      cache.set(name, field);
      return field;
    },
  };
  schemas.set(struct, schema);
  return schema;
}

function patchField(spec: FieldSpec): PatchField {
  const element = elementSchema(spec.type);
  return {
    kind: patchKind(spec.type),
    patchStrategy: spec.patchStrategy ?? [],
    ...(spec.patchMergeKey === undefined ? {} : { patchMergeKey: spec.patchMergeKey }),
    ...(element === undefined ? {} : { element }),
  };
}

function patchKind(type: FieldType): PatchField['kind'] {
  if (type.kind === 'struct') return 'object';
  if (type.kind === 'scalar') return type.name === 'raw' ? 'map' : 'scalar';
  return type.kind;
}

function elementSchema(type: FieldType): PatchSchema | undefined {
  switch (type.kind) {
    case 'struct':
      return structSchema(type.struct);
    case 'list':
      return type.element.kind === 'struct' ? structSchema(type.element.struct) : undefined;
    case 'map':
      return type.value.kind === 'struct' ? structSchema(type.value.struct) : undefined;
    default:
      return undefined;
  }
}
