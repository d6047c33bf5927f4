import { goJsonError } from '../machinery/go-json-error.ts';
import { newBadRequest, type StatusError } from '../machinery/index.ts';
import { findDuplicateFields } from '../machinery/json-scan.ts';
import { findYamlDuplicates, parseYamlDocuments } from '../machinery/yaml.ts';
import { DecodeError, decodeValue, isObject } from './decode-value.ts';
import type { Kind, KubeObject } from './kind.ts';
import { decodeProtobufObject } from './protobuf-decode.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';
export type BodyFormat = 'json' | 'yaml' | 'protobuf';

export interface DecodedObject<T> {
  readonly object: T;
  /** For Warning headers: `unknown field "spec.x"`, `duplicate field "spec.y"`. */
  readonly warnings: readonly string[];
}

/**
 * Reads a request body as one object of `kind` (KEP-2885 for `fieldValidation`). apiVersion and kind may be left out.
 * @throws StatusError BadRequest in upstream's words
 */
export function decodeObject<T extends KubeObject>(
  kind: Kind<T>,
  body: Buffer,
  format: BodyFormat,
  fieldValidation: FieldValidation,
): DecodedObject<T> {
  if (format === 'protobuf') return { object: decodeProtobuf(kind, body), warnings: [] };
  const { value, duplicates } = parseBody(kind, body, format, fieldValidation);
  return decodeParsed(kind, value, fieldValidation, duplicates);
}

/** The same for a value that is parsed already, such as the result of a patch. */
export function decodeParsed<T extends KubeObject>(
  kind: Kind<T>,
  value: unknown,
  fieldValidation: FieldValidation,
  duplicates: readonly string[] = [],
): DecodedObject<T> {
  if (!isObject(value))
    throw newBadRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  checkTypeMeta(kind, value);
  try {
    const { value: object, unknown } = decodeValue(kind.struct, value);
    const warnings =
      fieldValidation === 'Ignore' ? [] : [...duplicates, ...unknown.map((field) => `unknown field "${field}"`)];
    if (fieldValidation === 'Strict' && warnings.length > 0)
      throw cannotBeHandled(kind, `strict decoding error: ${strictly(warnings)}`);
    return { object: finish(kind, object), warnings };
  } catch (error) {
    if (error instanceof DecodeError) throw cannotBeHandled(kind, error.message);
    throw error;
  }
}

function decodeProtobuf<T extends KubeObject>(kind: Kind<T>, body: Buffer): T {
  try {
    const { apiVersion, kind: name, object } = decodeProtobufObject(kind.struct, body);
    checkTypeMeta(kind, { apiVersion, kind: name });
    return finish(kind, object);
  } catch (error) {
    if (error instanceof DecodeError) throw cannotBeHandled(kind, error.message);
    throw error;
  }
}

function finish<T extends KubeObject>(kind: Kind<T>, object: Record<string, unknown>): T {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  return { apiVersion: kind.apiVersion, kind: kind.kind, metadata: metadata ?? {}, ...rest } as unknown as T;
}

function checkTypeMeta<T extends KubeObject>(kind: Kind<T>, value: Record<string, unknown>): void {
  const apiVersion = value['apiVersion'] ?? kind.apiVersion;
  const name = value['kind'] ?? kind.kind;
  if (apiVersion !== '' && apiVersion !== kind.apiVersion)
    throw newBadRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${kind.apiVersion})`,
    );
  if (name !== '' && name !== kind.kind)
    throw newBadRequest(
      `${name} in version "${kind.version}" cannot be handled as a ${kind.kind}: converting (v1.${name}) to (${kind.group === '' ? 'core' : kind.group.split('.')[0]}.${kind.kind}): unknown conversion`,
    );
}

/** The keys and fields that stand twice in a well-formed text, as `decodeParsed` wants them. */
export function duplicatesIn(text: string, format: 'json' | 'yaml', fieldValidation: FieldValidation): string[] {
  if (fieldValidation === 'Ignore') return [];
  if (format === 'yaml' && !/^\s*\{/.test(text)) return findYamlDuplicates(text);
  return findDuplicateFields(text).map((field) => `duplicate field "${field}"`);
}

/** Duplicates in YAML are told together, as its parser's one error. */
function strictly(warnings: readonly string[]): string {
  const lines = warnings.filter((text) => text.startsWith('line '));
  const others = warnings.slice(lines.length);
  const yaml = lines.length > 0 ? [`yaml: unmarshal errors:\n  ${lines.join('\n  ')}`] : [];
  return [...yaml, ...others].join(', ');
}

function cannotBeHandled<T extends KubeObject>(kind: Kind<T>, why: string): StatusError {
  return newBadRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`);
}

function parseBody<T extends KubeObject>(
  kind: Kind<T>,
  body: Buffer,
  format: 'json' | 'yaml',
  fieldValidation: FieldValidation,
): { value: unknown; duplicates: readonly string[] } {
  if (body.length === 0) throw newBadRequest('empty body');
  const text = body.toString('utf8');
  try {
    if (format === 'yaml') {
      const documents = parseYamlDocuments(text);
      return { value: documents[0] ?? {}, duplicates: duplicatesIn(text, format, fieldValidation) };
    }
    const value: unknown = JSON.parse(text);
    return { value, duplicates: duplicatesIn(text, format, fieldValidation) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (format === 'yaml') throw newBadRequest(why);
    throw cannotBeParsed(kind, text, why);
  }
}

function cannotBeParsed<T extends KubeObject>(_kind: Kind<T>, text: string, why: string): StatusError {
  return newBadRequest(`couldn't get version/kind; json parse error: ${goJsonError(text, why)}`);
}
