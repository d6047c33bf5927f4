import { parseDuration } from '@coxswain/foundation';
import { ConfigurationError } from './configuration-error.ts';

type Json = Readonly<Record<string, unknown>>;

/** Reads the fields of one object of a file, and refuses those it wasn't asked for, as upstream's strict decoding does. */
export class Fields {
  readonly #object: Json;
  readonly #path: string;
  readonly #known = new Set<string>();

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ConfigurationError(`${path || 'configuration'}: must be an object`);
    this.#object = value as Json;
    this.#path = path;
  }

  string(name: string): string | undefined {
    return this.#typed(name, 'string') as string | undefined;
  }

  boolean(name: string): boolean | undefined {
    return this.#typed(name, 'boolean') as boolean | undefined;
  }

  /** A whole number. */
  integer(name: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.#typed(name, 'number') as number | undefined;
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
      throw this.invalid(name, value, `not in valid range [${least}-${most}]`);
    return value;
  }

  /** Milliseconds of a Go duration. */
  duration(name: string): number | undefined {
    const text = this.string(name);
    if (text === undefined) return undefined;
    const duration = parseDuration(text);
    if (duration === undefined) throw this.invalid(name, text, 'must be a duration such as 1m30s');
    return duration;
  }

  object(name: string): Fields | undefined {
    const value = this.#take(name);
    return value === undefined ? undefined : new Fields(value, this.at(name));
  }

  list(name: string): Fields[] {
    const value = this.#take(name) ?? [];
    if (!Array.isArray(value)) throw new ConfigurationError(`${this.at(name)}: must be a list`);
    return value.map((each, i) => new Fields(each, `${this.at(name)}[${i}]`));
  }

  /** Accepted but without effect here. */
  ignore(...names: string[]): void {
    for (const name of names) this.#known.add(name);
  }

  raw(): Json {
    return this.#object;
  }

  /** @throws ConfigurationError for a field that nobody asked for */
  end(): void {
    for (const name of Object.keys(this.#object))
      if (!this.#known.has(name))
        throw new ConfigurationError(`strict decoding error: unknown field "${this.at(name)}"`);
  }

  at(name: string): string {
    return this.#path ? `${this.#path}.${name}` : name;
  }

  invalid(name: string, value: unknown, why: string): ConfigurationError {
    return new ConfigurationError(`${this.at(name)}: Invalid value: ${JSON.stringify(value)}: ${why}`);
  }

  #take(name: string): unknown {
    this.#known.add(name);
    return this.#object[name] ?? undefined;
  }

  #typed(name: string, type: 'string' | 'boolean' | 'number'): unknown {
    const value = this.#take(name);
    if (value !== undefined && typeof value !== type)
      throw new ConfigurationError(`${this.at(name)}: must be a ${type}`);
    return value;
  }
}

/** Without the entries that are undefined. */
export function present<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}
