import { toYaml } from '@coxswain/api';
import { evaluateJsonPath } from '../jsonpath/evaluate-jsonpath.ts';
import { parseJsonPath } from '../jsonpath/parse-jsonpath.ts';
import { objectJson } from './object-json.ts';
import type { OutputFormat } from './output-format.ts';

/** An object as it came from the server. */
export interface AnyObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** One object, or a List, in the format; ends with a line break except for jsonpath. */
export function printObject(
  object: AnyObject,
  format: Exclude<OutputFormat, { kind: 'table' } | { kind: 'name' }>,
): string {
  switch (format.kind) {
    case 'json':
      return `${objectJson(object)}\n`;
    case 'yaml':
      return toYaml(object);
    case 'jsonpath':
      return evaluateJsonPath(parseJsonPath(format.template), object);
    default:
      return format satisfies never;
  }
}

/** Several objects as kubectl wraps them. */
export function asList(items: readonly AnyObject[]): AnyObject {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}

export function withoutManagedFields(object: AnyObject): AnyObject {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return object.metadata === undefined ? object : { ...object, metadata };
}
