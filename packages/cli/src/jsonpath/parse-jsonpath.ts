/** One step from a value to the values below it. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | {
      readonly kind: 'slice';
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'union'; readonly members: readonly Step[] }
  | { readonly kind: 'filter'; readonly left: Operand; readonly operator: string; readonly right: Operand | undefined };

export type Operand =
  | { readonly kind: 'path'; readonly root: boolean; readonly steps: readonly Step[] }
  | { readonly kind: 'literal'; readonly value: string | number | boolean };

/** A template: text and the values of paths, with ranges inside one another. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly root: boolean; readonly steps: readonly Step[] }
  | { readonly kind: 'range'; readonly root: boolean; readonly steps: readonly Step[]; readonly body: readonly Part[] };

/** A template that can't be read; the message says where. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/**
 * Reads kubectl's dialect: `{.items[*].metadata.name}`, `{range .items[*]}{.x}{"\n"}{end}`, `{..image}`,
 * `[?(@.type=="Ready")]`, `[0:2]`, `[-1]`, `['a','b']`, `.metadata.labels.app\.kubernetes\.io/name`. Braces may be left
 * out around a single path. @throws JsonPathError
 */
export function parseJsonPath(template: string): Part[] {
  const relaxed = template.includes('{')
    ? template
    : `{${template.startsWith('.') || template.startsWith('$') || template.startsWith('[') ? '' : '.'}${template}}`;
  const root: Part[] = [];
  const open: Part[][] = [root];
  let at = 0;
  while (at < relaxed.length) {
    const brace = relaxed.indexOf('{', at);
    const text = relaxed.slice(at, brace < 0 ? undefined : brace);
    if (text !== '') open.at(-1)!.push({ kind: 'text', text });
    if (brace < 0) break;
    const end = closing(relaxed, brace);
    for (const part of action(relaxed.slice(brace + 1, end).trim(), open)) open.at(-1)!.push(part);
    at = end + 1;
  }
  if (open.length > 1) throw new JsonPathError('unclosed range: {end} is missing');
  return root;
}

function closing(text: string, from: number): number {
  let quote = '';
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '}') return at;
  }
  throw new JsonPathError('unclosed action: } is missing');
}

function action(body: string, open: Part[][]): Part[] {
  if (body === '') return [];
  if (body === 'end') {
    if (open.length === 1) throw new JsonPathError('{end} without {range}');
    open.pop();
    return [];
  }
  const quoted = /^(["'])([\s\S]*)\1$/.exec(body);
  if (quoted) return [{ kind: 'text', text: unquote(quoted[2] as string) }];
  const range = /^range\s+([\s\S]+)$/.exec(body);
  if (range) {
    const inner: Part[] = [];
    open.at(-1)!.push({ kind: 'range', ...path(range[1] as string), body: inner });
    open.push(inner);
    return [];
  }
  return [{ kind: 'path', ...path(body) }];
}

function path(text: string): { root: boolean; steps: Step[] } {
  const trimmed = text.trim();
  const root = trimmed.startsWith('$');
  const rest = trimmed.replace(/^[$@]/, '');
  return { root, steps: steps(rest === '.' ? '' : rest) };
}

function steps(text: string): Step[] {
  const found: Step[] = [];
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('..', at)) {
      found.push({ kind: 'recursive' });
      at += text.charAt(at + 2) === '[' ? 2 : 1;
    } else if (text.charAt(at) === '[') {
      const end = bracketEnd(text, at);
      found.push(bracket(text.slice(at + 1, end).trim()));
      at = end + 1;
    } else {
      if (text.charAt(at) === '.') at++;
      const word = /^(?:\\.|[^.[\\])*/.exec(text.slice(at))?.[0] ?? '';
      if (word === '' && text.charAt(at) !== '[')
        throw new JsonPathError(`unrecognized character in ${JSON.stringify(text)}`);
      if (/[\s{}()"']/.test(word)) throw new JsonPathError(`unrecognized character in ${JSON.stringify(word)}`);
      if (word === '*') found.push({ kind: 'wildcard' });
      else if (word !== '') found.push({ kind: 'field', name: word.replaceAll(/\\(.)/g, '$1') });
      at += word.length;
    }
  }
  return found;
}

function bracketEnd(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return at;
  }
  throw new JsonPathError('unterminated array: ] is missing');
}

function bracket(body: string): Step {
  if (body === '*') return { kind: 'wildcard' };
  const filter = /^\?\(([\s\S]*)\)$/.exec(body);
  if (filter) return parseFilter((filter[1] as string).trim());
  const members = splitOutsideQuotes(body, ',');
  if (members.length > 1) return { kind: 'union', members: members.map((member) => bracket(member.trim())) };
  const name = /^(["'])([\s\S]*)\1$/.exec(body);
  if (name) return { kind: 'field', name: unquote(name[2] as string) };
  const slice = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/.exec(body);
  if (!slice || body === '') throw new JsonPathError(`invalid array index ${body}`);
  const [, start = '', end, step = ''] = slice;
  const first = start === '' ? undefined : Number(start);
  if (end === undefined)
    return { kind: 'slice', start: first, end: first === -1 ? undefined : (first ?? 0) + 1, step: 1 };
  return {
    kind: 'slice',
    start: first,
    end: end === '' ? undefined : Number(end),
    step: step === '' ? 1 : Number(step),
  };
}

function parseFilter(text: string): Step {
  const match = /^((?:"[^"]*"|'[^']*'|[^=!<>"'])+?)\s*(==|!=|<=|>=|<|>)\s*([\s\S]+)$/.exec(text);
  if (!match) return { kind: 'filter', left: operand(text), operator: 'exists', right: undefined };
  return {
    kind: 'filter',
    left: operand(match[1] as string),
    operator: match[2] as string,
    right: operand(match[3] as string),
  };
}

function operand(text: string): Operand {
  const trimmed = text.trim();
  const quoted = /^(["'])([\s\S]*)\1$/.exec(trimmed);
  if (quoted) return { kind: 'literal', value: unquote(quoted[2] as string) };
  if (trimmed === 'true' || trimmed === 'false') return { kind: 'literal', value: trimmed === 'true' };
  if (/^[-+]?\d+(\.\d+)?$/.test(trimmed)) return { kind: 'literal', value: Number(trimmed) };
  if (!/^[@$.[]/.test(trimmed)) throw new JsonPathError(`unrecognized operand ${JSON.stringify(trimmed)}`);
  return { kind: 'path', ...path(trimmed) };
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  return text.match(new RegExp(`(?:"[^"]*"|'[^']*'|[^${separator}"'])+`, 'g')) ?? [text];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquote(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
}
