import { type CollectionTag, parseAllDocuments, type ScalarTag, type YAMLError } from 'yaml';
import { isObject } from './json.ts';

/** A text that is no YAML; the message is upstream's, with the line. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

const DROPPED_TAGS = new Set(
  ['timestamp', 'binary', 'set', 'omap', 'pairs'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** YAML 1.1 as Kubernetes reads it: no dates, no base-60 numbers. */
function tags(all: (ScalarTag | CollectionTag | string)[]): (ScalarTag | CollectionTag | string)[] {
  return all.filter((tag) => {
    if (typeof tag === 'string') return !DROPPED_TAGS.has(`tag:yaml.org,2002:${tag}`);
    return !DROPPED_TAGS.has(tag.tag) && !('format' in tag && tag.format === 'TIME');
  });
}

/**
 * Reads a stream of YAML (or one JSON) documents as plain JSON values; empty documents are left out. Anchors are resolved as
 * long as they do not multiply out of hand. Of equal keys the last wins. Throws YamlError.
 */
export function parseYamlDocuments(text: string): unknown[] {
  const json = /^\s*\{/.test(text) ? tryJson(text) : undefined;
  if (json !== undefined) return [json];
  try {
    const documents = parseAllDocuments(text, {
      version: '1.1',
      merge: true,
      uniqueKeys: false,
      logLevel: 'silent',
      customTags: tags as never,
    });
    const values: unknown[] = [];
    for (const document of Array.isArray(documents) ? documents : []) {
      const [problem] = document.errors;
      if (problem !== undefined) throw new YamlError(describe(problem));
      if (document.contents === null) continue;
      const value = plain(document.toJS({ maxAliasCount: 100 }));
      if (value !== null) values.push(value);
    }
    return values;
  } catch (error) {
    if (error instanceof YamlError) throw error;
    if (error instanceof RangeError) throw new YamlError(`${PREFIX} exceeded max depth of 10000`);
    if (error instanceof ReferenceError) throw new YamlError(`${PREFIX} ${aliasProblem(error.message)}`);
    throw error;
  }
}

const PREFIX = 'error converting YAML to JSON: yaml:';

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function aliasProblem(message: string): string {
  const unknown = /Unresolved alias[^:]*: (.*)$/.exec(message)?.[1];
  return unknown === undefined ? 'document contains excessive aliasing' : `unknown anchor '${unknown}' referenced`;
}

function describe(error: YAMLError): string {
  const line = error.linePos?.[0].line ?? 1;
  return `${PREFIX} line ${line}: ${goWords(error)}`;
}

function goWords({ code, message }: YAMLError): string {
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return 'mapping values are not allowed in this context';
    case 'TAB_AS_INDENT':
      return 'found character that cannot start any token';
    case 'BAD_INDENT':
      return 'did not find expected key';
    case 'BAD_ALIAS':
      return 'did not find expected alphabetic or numeric character';
    default:
      return (message.split('\n')[0] as string).replace(/ at line \d+, column \d+:?$/, '');
  }
}

/** Drops what JSON cannot say: `__proto__` keys and members that are not JSON. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value === undefined || typeof value === 'bigint' ? null : value;
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) if (key !== '__proto__') result[key] = plain(member);
  return result;
}
