import { SelectorError } from './label-selector.ts';

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Conditions on single fields, all of which must hold. Which fields a kind knows is the kind's business. Immutable. */
export class FieldSelector {
  readonly requirements: readonly FieldRequirement[];

  constructor(requirements: readonly FieldRequirement[]) {
    this.requirements = requirements;
  }

  /** @param get a field's value, '' where it is absent */
  matches(get: (field: string) => string): boolean {
    for (const { field, operator, value } of this.requirements)
      if ((get(field) === value) !== (operator === '=')) return false;
    return true;
  }

  isEmpty(): boolean {
    return this.requirements.length === 0;
  }

  /** The one value that a field must have, if the selector asks for one. */
  requiresExactMatch(field: string): string | undefined {
    return this.requirements.find((term) => term.field === field && term.operator === '=')?.value;
  }

  toString(): string {
    return this.requirements
      .map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`)
      .join(',');
  }
}

/** Escapes a value so that `parseFieldSelector` reads it back. */
export function escapeFieldValue(value: string): string {
  return value.replaceAll(/[\\,=]/g, '\\$&');
}

function unescapeFieldValue(value: string): string {
  return value.replaceAll(/\\([\s\S]?)|[,=]/g, (sequence, escaped: string | undefined) => {
    if (escaped === undefined)
      throw new SelectorError(`invalid field selector: unescaped character in value: ${sequence.charCodeAt(0)}`);
    if (!/^[\\,=]$/.test(escaped))
      throw new SelectorError(`invalid field selector: invalid escape sequence: ${sequence}`);
    return escaped;
  });
}

/** Reads `metadata.name=a,spec.nodeName!=b`; `\`, `,` and `=` in values are escaped by `\`. Throws SelectorError. */
export function parseFieldSelector(text: string): FieldSelector {
  const terms = text === '' ? [] : (text.match(/(?:\\[\s\S]|[^,\\]|\\$)+/g) ?? []).sort();
  return new FieldSelector(
    terms.map((term) => {
      const match = /^([\s\S]*?)(!=|==|=)([\s\S]*)$/.exec(term);
      if (match === null) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field, operator, value] = match as unknown as [string, string, string, string];
      return { field, operator: operator === '!=' ? '!=' : '=', value: unescapeFieldValue(value) };
    }),
  );
}
