import { canonicalJson, isObject } from '../json.ts';

export function fieldElement(name: string): string {
  return `f:${name}`;
}

export function valueElement(value: unknown): string {
  return `v:${JSON.stringify(value)}`;
}

/** How one item of a list is told from the others. */
export interface ListKey {
  readonly name: string;
  /** What the key is where an item leaves it out. */
  readonly initial: unknown;
}

/** Undefined for an item without any of the keys. `keys` sorted by name. */
export function keyElement(keys: readonly ListKey[], item: Readonly<Record<string, unknown>>): string | undefined {
  let text = '';
  for (const { name, initial } of keys) {
    const value = item[name] ?? initial;
    if (value === undefined || typeof value === 'object') continue;
    text += `${text === '' ? 'k:{' : ','}"${name}":${typeof value === 'number' ? value : JSON.stringify(value)}`;
  }
  return text === '' ? undefined : `${text}}`;
}

/** The element in the spelling that this program makes; undefined when it is none. */
export function canonicalElement(element: string): string | undefined {
  const rest = element.slice(2);
  try {
    switch (element.slice(0, 2)) {
      case 'f:':
        return element;
      case 'k:': {
        const keys: unknown = JSON.parse(rest);
        return isObject(keys) ? `k:${canonicalJson(keys)}` : undefined;
      }
      case 'v:':
        return `v:${canonicalJson(JSON.parse(rest))}`;
      case 'i:':
        return /^\d+$/.test(rest) ? element : undefined;
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** A path as conflicts show it: `.spec.containers[name="web"].image`. */
export function pathText(elements: readonly string[]): string {
  return elements.map(elementText).join('');
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as object);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}
