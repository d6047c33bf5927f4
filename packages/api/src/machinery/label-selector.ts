import { aggregateFieldErrors, type FieldError, fieldInvalid, fieldNotSupported } from './field-error.ts';
import { path } from './field-path.ts';
import { goQuote } from './go-text.ts';
import { isLabelValue, isQualifiedName } from './names.ts';

export type SelectorOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'gt' | 'lt' | 'exists' | '!';

const OPERATORS = ['in', 'notin', '=', '==', '!=', 'gt', 'lt', 'exists', '!'];

export type Labels = Readonly<Record<string, string>>;

/** A text or object that is no selector; the message is upstream's. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

const INT64 = /^[-+]?\d{1,19}$/;

/** One condition on one label. Immutable. */
export class Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];

  /** Checks nothing; see `newRequirement`. */
  constructor(key: string, operator: SelectorOperator, values: readonly string[]) {
    this.key = key;
    this.operator = operator;
    this.values = values;
  }

  matches(labels: Labels): boolean {
    const value = Object.hasOwn(labels, this.key) ? labels[this.key] : undefined;
    switch (this.operator) {
      case 'exists':
        return value !== undefined;
      case '!':
        return value === undefined;
      case '=':
      case '==':
      case 'in':
        return value !== undefined && this.values.includes(value);
      case '!=':
      case 'notin':
        return value === undefined || !this.values.includes(value);
      case 'gt':
      case 'lt': {
        const bound = this.values[0];
        if (value === undefined || bound === undefined || !INT64.test(value) || !INT64.test(bound)) return false;
        return this.operator === 'gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
      }
      default:
        return this.operator satisfies never;
    }
  }

  toString(): string {
    const values = [...this.values].sort().join(',');
    switch (this.operator) {
      case 'exists':
        return this.key;
      case '!':
        return `!${this.key}`;
      case 'in':
      case 'notin':
        return `${this.key} ${this.operator} (${values})`;
      case 'gt':
        return `${this.key}>${values}`;
      case 'lt':
        return `${this.key}<${values}`;
      default:
        return `${this.key}${this.operator}${values}`;
    }
  }
}

/** Builds a checked requirement. Throws SelectorError. */
export function newRequirement(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
  const errors: FieldError[] = [];
  const at = path('values');
  const keyProblems = isQualifiedName(key);
  if (keyProblems.length > 0) errors.push(fieldInvalid('key', key, keyProblems.join('; ')));
  switch (operator) {
    case 'in':
    case 'notin':
      if (values.length === 0)
        errors.push(fieldInvalid(at, values, "for 'in', 'notin' operators, values set can't be empty"));
      break;
    case '=':
    case '==':
    case '!=':
      if (values.length !== 1)
        errors.push(fieldInvalid(at, values, 'exact-match compatibility requires one single value'));
      break;
    case 'exists':
    case '!':
      if (values.length !== 0)
        errors.push(fieldInvalid(at, values, 'values set must be empty for exists and does not exist'));
      break;
    case 'gt':
    case 'lt':
      if (values.length !== 1)
        errors.push(fieldInvalid(at, values, "for 'Gt', 'Lt' operators, exactly one value is required"));
      for (const [i, value] of values.entries())
        if (!INT64.test(value))
          errors.push(fieldInvalid(at.index(i), value, "for 'Gt', 'Lt' operators, the value must be an integer"));
      break;
    default:
      errors.push(fieldNotSupported('operator', operator satisfies never, OPERATORS));
  }
  for (const [i, value] of values.entries()) {
    const problems = isLabelValue(value);
    if (problems.length > 0) errors.push(fieldInvalid(at.index(i).key(key), value, problems.join('; ')));
  }
  if (errors.length > 0) throw new SelectorError(aggregateFieldErrors(errors));
  return new Requirement(key, operator, values);
}

const NO_LABELS: Labels = {};

/** All of its requirements, sorted by key; `undefined` requirements match nothing. Immutable. */
export class Selector {
  readonly requirements: readonly Requirement[];
  readonly matchesNothing: boolean;

  constructor(requirements: readonly Requirement[] | undefined) {
    this.requirements = [...(requirements ?? [])].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.matchesNothing = requirements === undefined;
  }

  matches(labels: Labels | undefined): boolean {
    if (this.matchesNothing) return false;
    for (const requirement of this.requirements) if (!requirement.matches(labels ?? NO_LABELS)) return false;
    return true;
  }

  /** Whether it restricts nothing. */
  isEmpty(): boolean {
    return !this.matchesNothing && this.requirements.length === 0;
  }

  add(...more: Requirement[]): Selector {
    return this.matchesNothing ? this : new Selector([...this.requirements, ...more]);
  }

  /** The one value that a label must have, if the selector asks for one. */
  requiresExactMatch(key: string): string | undefined {
    const found = this.requirements.find((requirement) => requirement.key === key);
    if (found === undefined || found.values.length !== 1) return undefined;
    return found.operator === '=' || found.operator === '==' || found.operator === 'in' ? found.values[0] : undefined;
  }

  toString(): string {
    return this.requirements.join(',');
  }
}

export function selectEverything(): Selector {
  return new Selector([]);
}

export function selectNothing(): Selector {
  return new Selector(undefined);
}

/** The selector of a Service or ReplicationController: each label equal. Not checked; an empty set matches everything. */
export function selectorFromSet(labels: Labels | undefined): Selector {
  return new Selector(Object.entries(labels ?? {}).map(([key, value]) => new Requirement(key, '=', [value])));
}

/** meta/v1 LabelSelector, structurally. */
export interface LabelSelectorLike {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?:
    | readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | undefined }[]
    | undefined;
}

const EXPRESSION_OPERATORS: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** Absent matches nothing, empty matches everything. Throws SelectorError. */
export function labelSelectorAsSelector(selector: LabelSelectorLike | null | undefined): Selector {
  if (selector === undefined || selector === null) return selectNothing();
  const requirements = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
    newRequirement(key, '=', [value]),
  );
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = Object.hasOwn(EXPRESSION_OPERATORS, operator) ? EXPRESSION_OPERATORS[operator] : undefined;
    if (known === undefined) throw new SelectorError(`${goQuote(operator)} is not a valid label selector operator`);
    requirements.push(newRequirement(key, known, values ?? []));
  }
  return new Selector(requirements);
}
