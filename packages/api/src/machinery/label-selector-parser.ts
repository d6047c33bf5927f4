import { fieldInvalid } from './field-error.ts';
import { newRequirement, type Requirement, Selector, SelectorError, type SelectorOperator } from './label-selector.ts';
import { isQualifiedName } from './names.ts';

interface Token {
  readonly kind: 'word' | 'symbol' | 'end';
  readonly text: string;
}

const TOKEN = /[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^ \t\r\n=!(),<>]+)|$)/y;
const END: Token = { kind: 'end', text: '' };

const OPERATORS: Readonly<Record<string, SelectorOperator>> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
  in: 'in',
  notin: 'notin',
};

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) break;
    if (match[1] !== undefined) found.push({ kind: 'symbol', text: match[1] });
    else if (match[2] !== undefined) found.push({ kind: 'word', text: match[2] });
    else break;
  }
  found.push(END);
  return found;
}

/** Reads `a=b,c!=d,e in (x,y),!f,g notin (z),h>1`. Throws SelectorError with upstream's message. */
export function parseLabelSelector(text: string): Selector {
  return new Selector(new Parser(text).selector());
}

class Parser {
  readonly #tokens: Token[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  selector(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.#peek().kind === 'end') return requirements;
    for (;;) {
      const start = this.#peek();
      if (!startsRequirement(start)) {
        throw new SelectorError(
          requirements.length === 0
            ? `found '${start.text}', expected: !, identifier, or 'end of string'`
            : `found '${start.text}', expected: identifier after ','`,
        );
      }
      requirements.push(this.#requirement());
      const next = this.#take();
      if (next.kind === 'end') return requirements;
      if (next.text !== ',') throw new SelectorError(`found '${next.text}', expected: ',' or 'end of string'`);
    }
  }

  #requirement(): Requirement {
    try {
      const absent = this.#peek().kind === 'symbol';
      if (absent) this.#take();
      const { kind, text: key } = this.#take();
      if (kind !== 'word') throw new SelectorError(`found '${key}', expected: identifier`);
      const problems = isQualifiedName(key);
      if (problems.length > 0) throw new SelectorError(fieldInvalid('<nil>', key, problems.join('; ')).toString());
      if (absent) return newRequirement(key, '!', []);
      if (this.#atEndOr(',')) return newRequirement(key, 'exists', []);
      const operator = this.#operator();
      const values = operator === 'in' || operator === 'notin' ? this.#list() : [this.#value()];
      return newRequirement(key, operator, [...new Set(values)].sort());
    } catch (error) {
      if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
      throw error;
    }
  }

  #operator(): SelectorOperator {
    const { text } = this.#take();
    const operator = Object.hasOwn(OPERATORS, text) ? OPERATORS[text] : undefined;
    if (operator === undefined) throw new SelectorError(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
    return operator;
  }

  #value(): string {
    if (this.#atEndOr(',')) return '';
    const { kind, text } = this.#take();
    if (kind !== 'word') throw new SelectorError(`found '${text}', expected: identifier`);
    return text;
  }

  /** `(x,y)`; an empty place between commas or brackets is the empty value. */
  #list(): string[] {
    const open = this.#take();
    if (open.text !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      values.push(this.#peek().kind === 'word' ? this.#take().text : '');
      const next = this.#take();
      if (next.text === ')') return values;
      if (next.text !== ',') throw new SelectorError(`found '${next.text}', expected: ',' or ')'`);
    }
  }

  #atEndOr(symbol: string): boolean {
    const { kind, text } = this.#peek();
    return kind === 'end' || (kind === 'symbol' && text === symbol);
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? END;
  }

  #take(): Token {
    return this.#tokens[this.#position++] ?? END;
  }
}

function startsRequirement({ kind, text }: Token): boolean {
  return kind === 'word' || (kind === 'symbol' && text === '!');
}
