import type { FieldSpec, FieldType, ScalarName, Struct } from '@coxswain/api';
import type { DefinitionNames } from './definition-names.ts';
import { fieldDescription, structDescription } from './descriptions/descriptions.ts';

/** A JSON schema as both OpenAPI versions use it. */
export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  format?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  properties?: Record<string, Schema>;
  [extension: `x-kubernetes-${string}`]: unknown;
}

export type Dialect = 'v2' | 'v3';

export const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';
export const MICRO_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime';
export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
export const PATCH = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';
export const FIELDS = 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1';
export const RAW = 'io.k8s.apimachinery.pkg.runtime.RawExtension';
const JSON_SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
/** Members of a JSON schema that are of several types, which neither dialect can say. */
const FREE_FORMS: ReadonlyMap<string, string> = new Map([
  ['default', 'JSON'],
  ['enum', 'JSON'],
  ['example', 'JSON'],
  ['items', 'JSONSchemaPropsOrArray'],
  ['additionalItems', 'JSONSchemaPropsOrBool'],
  ['additionalProperties', 'JSONSchemaPropsOrBool'],
  ['dependencies', 'JSONSchemaPropsOrStringArray'],
]);

/** Definitions that belong to no struct. */
export function scalarDefinitions(dialect: Dialect): Record<string, Schema> {
  return {
    [TIME]: { type: 'string', format: 'date-time', description: 'A moment, RFC 3339.' },
    [MICRO_TIME]: { type: 'string', format: 'date-time', description: 'A moment to the microsecond, RFC 3339.' },
    [QUANTITY]:
      dialect === 'v2'
        ? { type: 'string', description: 'An amount with an optional suffix, such as 500m or 1Gi.' }
        : {
            description: 'An amount with an optional suffix, such as 500m or 1Gi.',
            oneOf: [{ type: 'string' }, { type: 'number' }],
          },
    [INT_OR_STRING]:
      dialect === 'v2'
        ? { type: 'string', format: 'int-or-string', description: 'A number or a text.' }
        : {
            format: 'int-or-string',
            description: 'A number or a text.',
            oneOf: [{ type: 'integer' }, { type: 'string' }],
          },
    [PATCH]: { type: 'object', description: 'A patch in the form that the media type names.' },
    [FIELDS]: { type: 'object', description: 'A set of fields, as a tree of their names.' },
    [RAW]: { type: 'object', description: 'A JSON document of no fixed form.' },
    [`${JSON_SCHEMA}.JSON`]: { description: 'Any JSON value.' },
    [`${JSON_SCHEMA}.JSONSchemaPropsOrArray`]: { description: 'A schema, or one for each item.' },
    [`${JSON_SCHEMA}.JSONSchemaPropsOrBool`]: { description: 'A schema, or whether there may be more.' },
    [`${JSON_SCHEMA}.JSONSchemaPropsOrStringArray`]: { description: 'A schema, or the fields that must be there too.' },
  };
}

export function refTo(dialect: Dialect, name: string): string {
  return dialect === 'v2' ? `#/definitions/${name}` : `#/components/schemas/${name}`;
}

/** The schema of a struct; other structs are references. */
export function structSchema(dialect: Dialect, names: DefinitionNames, struct: Struct): Schema {
  const properties: Record<string, Schema> = {};
  const required: string[] = [];
  for (const [name, { spec }] of Object.entries(struct.fields).sort(([a], [b]) => (a < b ? -1 : 1))) {
    properties[name] = fieldSchema(dialect, names, struct, name, spec);
    if (spec.required) required.push(name);
  }
  const description = structDescription(struct.name);
  return {
    ...(description === undefined ? {} : { description }),
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
  };
}

function fieldSchema(
  dialect: Dialect,
  names: DefinitionNames,
  { name: struct }: Struct,
  name: string,
  spec: FieldSpec,
): Schema {
  const formless = name === 'fieldsV1' ? FIELDS : RAW;
  const schema = typeSchema(dialect, names, spec.type, { raw: formless, any: FREE_FORMS.get(name) });
  const description = spec.description ?? fieldDescription(struct, name);
  const own: Schema = {};
  if (description !== undefined) own.description = description;
  if (spec.default !== undefined && spec.type.kind === 'scalar') own.default = spec.default;
  if (spec.oneOf) own.enum = spec.oneOf;
  if (spec.listType) own['x-kubernetes-list-type'] = spec.listType;
  if (spec.listKeys) own['x-kubernetes-list-map-keys'] = spec.listKeys;
  if (spec.mapType) own['x-kubernetes-map-type'] = spec.mapType;
  if (spec.patchStrategy?.length) own['x-kubernetes-patch-strategy'] = spec.patchStrategy.join(',');
  if (spec.patchMergeKey !== undefined) own['x-kubernetes-patch-merge-key'] = spec.patchMergeKey;
  if (schema.$ref !== undefined && dialect === 'v3' && Object.keys(own).length > 0) return { allOf: [schema], ...own };
  return { ...schema, ...own };
}

/** Definitions that stand for values of no fixed form. */
interface Formless {
  readonly raw: string;
  readonly any: string | undefined;
}

function typeSchema(dialect: Dialect, names: DefinitionNames, type: FieldType, formless: Formless): Schema {
  switch (type.kind) {
    case 'list':
      return { type: 'array', items: typeSchema(dialect, names, type.element, formless) };
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(dialect, names, type.value, formless) };
    case 'struct':
      return { $ref: refTo(dialect, names.nameOf(type.struct)) };
    case 'scalar':
      return scalarSchema(dialect, type.name, formless);
    default:
      return type satisfies never;
  }
}

function scalarSchema(dialect: Dialect, name: ScalarName, formless: Formless): Schema {
  switch (name) {
    case 'string':
    case 'boolean':
      return { type: name };
    case 'int32':
    case 'int64':
      return { type: 'integer', format: name };
    case 'double':
      return { type: 'number', format: 'double' };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'time':
      return { $ref: refTo(dialect, TIME) };
    case 'microTime':
      return { $ref: refTo(dialect, MICRO_TIME) };
    case 'quantity':
      return { $ref: refTo(dialect, QUANTITY) };
    case 'intOrString':
      return { $ref: refTo(dialect, INT_OR_STRING) };
    case 'raw':
      return { $ref: refTo(dialect, formless.raw) };
    case 'any':
      return formless.any === undefined ? {} : { $ref: refTo(dialect, `${JSON_SCHEMA}.${formless.any}`) };
    default:
      return name satisfies never;
  }
}
