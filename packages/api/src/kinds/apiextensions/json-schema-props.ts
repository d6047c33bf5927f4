import { any, bool, double, int64, list, map, of, str } from '../../schema/builders.ts';
import { type AnyField, type Infer, type Struct, struct } from '../../schema/struct.ts';

export const ExternalDocumentation = struct('ExternalDocumentation', {
  description: str(1),
  url: str(2),
});
export type ExternalDocumentation = Infer<typeof ExternalDocumentation>;

export const ValidationRule = struct('ValidationRule', {
  rule: str(1).required(),
  message: str(2),
  messageExpression: str(3),
  reason: str(4).pointer(),
  fieldPath: str(5),
  optionalOldSelf: bool(6).pointer(),
});
export type ValidationRule = Infer<typeof ValidationRule>;

/** A schema refers to itself, so its static type is written out; schema-or-else members are kept as they came. */
export interface JSONSchemaProps {
  id?: string | undefined;
  $schema?: string | undefined;
  $ref?: string | undefined;
  description?: string | undefined;
  type?: string | undefined;
  format?: string | undefined;
  title?: string | undefined;
  default?: unknown | undefined;
  maximum?: number | undefined;
  exclusiveMaximum?: boolean | undefined;
  minimum?: number | undefined;
  exclusiveMinimum?: boolean | undefined;
  maxLength?: number | undefined;
  minLength?: number | undefined;
  pattern?: string | undefined;
  maxItems?: number | undefined;
  minItems?: number | undefined;
  uniqueItems?: boolean | undefined;
  multipleOf?: number | undefined;
  enum?: unknown[] | undefined;
  maxProperties?: number | undefined;
  minProperties?: number | undefined;
  required?: string[] | undefined;
  items?: JSONSchemaProps | JSONSchemaProps[] | undefined;
  allOf?: JSONSchemaProps[] | undefined;
  oneOf?: JSONSchemaProps[] | undefined;
  anyOf?: JSONSchemaProps[] | undefined;
  not?: JSONSchemaProps | undefined;
  properties?: Record<string, JSONSchemaProps> | undefined;
  additionalProperties?: JSONSchemaProps | boolean | undefined;
  patternProperties?: Record<string, JSONSchemaProps> | undefined;
  dependencies?: Record<string, JSONSchemaProps | string[]> | undefined;
  additionalItems?: JSONSchemaProps | boolean | undefined;
  definitions?: Record<string, JSONSchemaProps> | undefined;
  externalDocs?: ExternalDocumentation | undefined;
  example?: unknown | undefined;
  nullable?: boolean | undefined;
  'x-kubernetes-preserve-unknown-fields'?: boolean | undefined;
  'x-kubernetes-embedded-resource'?: boolean | undefined;
  'x-kubernetes-int-or-string'?: boolean | undefined;
  'x-kubernetes-list-map-keys'?: string[] | undefined;
  'x-kubernetes-list-type'?: string | undefined;
  'x-kubernetes-map-type'?: string | undefined;
  'x-kubernetes-validations'?: ValidationRule[] | undefined;
}

const fields: Record<string, AnyField> = {};
export const JSONSchemaProps: Struct = { name: 'JSONSchemaProps', fields };
Object.assign(fields, {
  id: str(1),
  $schema: str(2),
  $ref: str(3).pointer(),
  description: str(4),
  type: str(5),
  format: str(6),
  title: str(7),
  default: any(8).describe('Any JSON value.'),
  maximum: double(9).pointer(),
  exclusiveMaximum: bool(10),
  minimum: double(11).pointer(),
  exclusiveMinimum: bool(12),
  maxLength: int64(13).pointer(),
  minLength: int64(14).pointer(),
  pattern: str(15),
  maxItems: int64(16).pointer(),
  minItems: int64(17).pointer(),
  uniqueItems: bool(18),
  multipleOf: double(19).pointer(),
  enum: list(20, any()).atomic(),
  maxProperties: int64(21).pointer(),
  minProperties: int64(22).pointer(),
  required: list(23, str()).atomic(),
  items: any(24).describe('A schema, or one for each item.'),
  allOf: list(25, JSONSchemaProps).atomic(),
  oneOf: list(26, JSONSchemaProps).atomic(),
  anyOf: list(27, JSONSchemaProps).atomic(),
  not: of(28, JSONSchemaProps),
  properties: map(29, JSONSchemaProps),
  additionalProperties: any(30).describe('A schema, or whether there may be more.'),
  patternProperties: map(31, JSONSchemaProps),
  dependencies: map(32, any()),
  additionalItems: any(33).describe('A schema, or whether there may be more.'),
  definitions: map(34, JSONSchemaProps),
  externalDocs: of(35, ExternalDocumentation),
  example: any(36).describe('Any JSON value.'),
  nullable: bool(37),
  'x-kubernetes-preserve-unknown-fields': bool(38).pointer(),
  'x-kubernetes-embedded-resource': bool(39),
  'x-kubernetes-int-or-string': bool(40),
  'x-kubernetes-list-map-keys': list(41, str()).atomic(),
  'x-kubernetes-list-type': str(42).pointer(),
  'x-kubernetes-map-type': str(43).pointer(),
  'x-kubernetes-validations': list(44, ValidationRule).keyed('rule'),
});
