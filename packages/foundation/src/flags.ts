/**
 * Command-line flags in pflag's manner: `--name=value`, `--name value`, `--bool`, `--bool=false`, repeated lists; short
 * ones as `-n value`, `-nvalue`, `-n=value`, and several in one word, `-Aw`, `-An value`.
 */
export type FlagKind = 'string' | 'boolean' | 'number' | 'duration' | 'list' | 'map';

export interface FlagSpec {
  readonly kind: FlagKind;
  readonly default?: string | boolean | number | readonly string[] | Readonly<Record<string, string>>;
  readonly help: string;
  /** One letter, `-f`. */
  readonly short?: string;
  /** The value when the flag stands alone; another one can then only be given by `=`. */
  readonly alone?: string;
}

type FlagValue<S extends { readonly kind: FlagKind }> = S['kind'] extends 'string'
  ? string
  : S['kind'] extends 'boolean'
    ? boolean
    : S['kind'] extends 'number' | 'duration'
      ? number
      : S['kind'] extends 'list'
        ? string[]
        : Record<string, string>;

export type FlagValues<T extends Record<string, FlagSpec>> = {
  -readonly [K in keyof T]: T[K] extends { default: unknown }
    ? FlagValue<T[K]>
    : T[K]['kind'] extends 'list' | 'map' | 'boolean'
      ? FlagValue<T[K]>
      : FlagValue<T[K]> | undefined;
};

export interface ParsedFlags<T extends Record<string, FlagSpec>> {
  readonly flags: FlagValues<T>;
  readonly args: string[];
}

/** A mistake on the command line; its message is one line that says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Parses `argv` (without program name). Durations are given as Go's (`1m30s`, `500ms`) and returned in milliseconds.
 * Everything after `--` and every word without a dash is an argument.
 * @throws UsageError on an unknown flag or a value of the wrong kind
 */
export function parseFlags<const T extends Record<string, FlagSpec>>(
  specs: T,
  argv: readonly string[],
): ParsedFlags<T> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries<FlagSpec>(specs)) {
    if (spec.default !== undefined)
      values[name] = spec.kind === 'duration' ? toDuration(name, spec.default) : spec.default;
    else if (spec.kind === 'list') values[name] = [];
    else if (spec.kind === 'map') values[name] = {};
    else if (spec.kind === 'boolean') values[name] = false;
  }
  const seen = new Set<string>();
  const args: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '--') {
      args.push(...argv.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      args.push(word);
      continue;
    }
    for (const { name, spec, inline } of findFlags(specs, word)) {
      let text = inline ?? spec.alone;
      if (text === undefined && spec.kind === 'boolean') text = 'true';
      if (text === undefined) {
        text = argv[++i];
        if (text === undefined) throw new UsageError(`flag needs an argument: ${word}`);
      }
      values[name] = convert(name, spec, text, seen.has(name) ? values[name] : undefined);
      seen.add(name);
    }
  }
  return { flags: values as FlagValues<T>, args };
}

interface FoundFlag {
  readonly name: string;
  readonly spec: FlagSpec;
  readonly inline?: string;
}

/** The flags of one word: one, or several letters of which only the last may want a value. */
function findFlags(specs: Record<string, FlagSpec>, word: string): FoundFlag[] {
  const equals = word.indexOf('=');
  if (word.startsWith('--')) {
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (!spec) throw new UsageError(`unknown flag: --${name}`);
    return [equals < 0 ? { name, spec } : { name, spec, inline: word.slice(equals + 1) }];
  }
  const found: FoundFlag[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    const entry = Object.entries(specs).find(([, spec]) => spec.short === letter);
    if (!entry) throw new UsageError(`unknown shorthand flag: '${letter}' in ${word}`);
    const [name, spec] = entry;
    const rest = word.slice(at + 1);
    const alone = spec.kind === 'boolean' || spec.alone !== undefined;
    if (rest === '' || (alone && !rest.startsWith('='))) {
      found.push({ name, spec });
      continue;
    }
    found.push({ name, spec, inline: rest.startsWith('=') ? rest.slice(1) : rest });
    break;
  }
  return found;
}

function convert(name: string, spec: FlagSpec, text: string, before: unknown): unknown {
  switch (spec.kind) {
    case 'string':
      return text;
    case 'boolean':
      if (['true', '1', 't', 'TRUE', 'True'].includes(text)) return true;
      if (['false', '0', 'f', 'FALSE', 'False'].includes(text)) return false;
      throw new UsageError(`invalid argument "${text}" for "--${name}" flag: want true or false`);
    case 'number': {
      const number = Number(text);
      if (text.trim() === '' || !Number.isFinite(number))
        throw new UsageError(`invalid argument "${text}" for "--${name}" flag: want a number`);
      return number;
    }
    case 'duration':
      return toDuration(name, text);
    case 'list':
      return [...((before as string[] | undefined) ?? []), ...text.split(',').filter((part) => part !== '')];
    case 'map': {
      const map = { ...((before as Record<string, string> | undefined) ?? {}) };
      for (const pair of text.split(',').filter((part) => part !== '')) {
        const at = pair.indexOf('=');
        if (at < 0) throw new UsageError(`invalid argument "${text}" for "--${name}" flag: want key=value`);
        map[pair.slice(0, at)] = pair.slice(at + 1);
      }
      return map;
    }
    default:
      return spec.kind satisfies never;
  }
}

function toDuration(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  const ms = parseDuration(String(value));
  if (ms === undefined)
    throw new UsageError(`invalid argument "${value}" for "--${name}" flag: want a duration such as 10s or 1m30s`);
  return ms;
}

const UNIT_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration (`1h2m3.5s`, `500ms`, `0`), or undefined if it isn't one. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(body)) return undefined;
  let total = 0;
  for (const [, number, unit] of body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(number) * (UNIT_MS[unit as string] as number);
  }
  return sign * total;
}

/** The help text: one line a flag. */
export function usage(specs: Record<string, FlagSpec>): string {
  return Object.entries(specs)
    .map(([name, spec]) => {
      const initial =
        spec.default === undefined || spec.default === '' ? '' : ` (default ${JSON.stringify(spec.default)})`;
      return `  ${spec.short ? `-${spec.short}, ` : '    '}--${name} ${spec.kind === 'boolean' ? '' : spec.kind}\n        ${spec.help}${initial}`;
    })
    .join('\n');
}
