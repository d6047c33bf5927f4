import {
  type CollectionTag,
  isNode,
  isScalar,
  LineCounter,
  parseAllDocuments,
  type ScalarTag,
  visit,
  type YAMLError,
} from 'yaml';
import { isObject } from './json.ts';

/** A text that is no YAML; the message is upstream's, with the line. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

const DROPPED_TAGS = new Set(
  ['timestamp', 'binary', 'set', 'omap', 'pairs'].map((name) => `tag:yaml.org,2002:${name}`),
);

type Tag = ScalarTag | CollectionTag | string;

const FLOAT = /^[-+]?(?:\.\d[\d_]*|\d[\d_]*\.[\d_]*)$/;
const FLOAT_WITH_EXPONENT = /^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)[eE][-+]?\d+$/;

/** YAML 1.1 as Kubernetes reads it: no dates, no base-60 numbers, and no number without a digit in front. */
function tags(all: Tag[]): Tag[] {
  return all.filter(isKept).map((tag) => {
    if (typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:float' || !('test' in tag)) return tag;
    if (tag.test?.test('e1')) return { ...tag, test: FLOAT_WITH_EXPONENT };
    return tag.test?.test('.') ? { ...tag, test: FLOAT } : tag;
  });
}

function isKept(tag: Tag): boolean {
  if (typeof tag === 'string') return !DROPPED_TAGS.has(`tag:yaml.org,2002:${tag}`);
  return !DROPPED_TAGS.has(tag.tag) && !('format' in tag && tag.format === 'TIME');
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
const MOST_DUPLICATES = 100;

/** Keys that stand twice in one mapping of a well-formed text, as upstream's strict parser tells of them, at most 100. */
export function findYamlDuplicates(text: string): string[] {
  const lines = new LineCounter();
  const found: string[] = [];
  const documents = parseAllDocuments(text, {
    version: '1.1',
    uniqueKeys: false,
    logLevel: 'silent',
    lineCounter: lines,
  });
  for (const document of Array.isArray(documents) ? documents : [])
    visit(document, {
      Map(_, { items }) {
        const seen = new Set<unknown>();
        for (const { key, value } of items) {
          if (found.length >= MOST_DUPLICATES) return visit.BREAK;
          if (!isScalar(key)) continue;
          const at = ((isNode(value) ? value.range : undefined) ?? key.range)?.[0] ?? 0;
          if (seen.has(key.value))
            found.push(`line ${lines.linePos(at).line}: key ${JSON.stringify(key.value)} already set in map`);
          seen.add(key.value);
        }
        return undefined;
      },
    });
  return found;
}

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

/** Upstream's parser tells the line before the one where it noticed; its scanner tells no line when it is the first. */
function describe({ code, message, linePos }: YAMLError): string {
  if (message.includes('call stack')) return `${PREFIX} exceeded max depth of 10000`;
  const line = linePos?.[0].line ?? 1;
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return at(line, 'mapping values are not allowed in this context');
    case 'TAB_AS_INDENT':
    case 'BAD_SCALAR_START':
      return at(line, 'found character that cannot start any token');
    case 'MISSING_CHAR':
      return at(line, 'found unexpected end of stream');
    case 'BAD_INDENT': {
      const closing = /^Flow \w+ in .* end with a ([\]}])/.exec(message)?.[1];
      const expected = closing === undefined ? 'key' : `',' or '${closing}'`;
      return `${PREFIX} line ${Math.max(line - 1, 1)}: did not find expected ${expected}`;
    }
    default:
      return at(line, (message.split('\n')[0] as string).replace(/ at line \d+, column \d+:?$/, ''));
  }
}

function at(line: number, problem: string): string {
  return line === 1 ? `${PREFIX} ${problem}` : `${PREFIX} line ${line}: ${problem}`;
}

/** Drops what JSON cannot say: `__proto__` keys and members that are not JSON. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new YamlError(
      'error converting YAML to JSON: json: unsupported value: ' +
        (Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'),
    );
  if (!isObject(value)) return value === undefined || typeof value === 'bigint' ? null : value;
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) if (key !== '__proto__') result[key] = plain(member);
  return result;
}
