import type { FieldPath } from './field-path.ts';
import { goJson, goQuote } from './go-text.ts';

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooShort'
  | 'FieldValueTooMany'
  | 'FieldValueTooFew'
  | 'InternalError';

const WORDS: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooShort: 'Too short',
  FieldValueTooMany: 'Too many',
  FieldValueTooFew: 'Too few',
  InternalError: 'Internal error',
};

const WITHOUT_VALUE: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'FieldValueTooShort',
  'InternalError',
]);

/** Tells that a message must not show the offending value. */
export const omitValue: unique symbol = Symbol('omitValue');

/** One problem of one field, in upstream's words. Not thrown: rules return lists of them. */
export class FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly badValue: unknown;
  readonly detail: string;

  constructor(type: FieldErrorType, field: FieldPath | string, badValue: unknown, detail: string) {
    this.type = type;
    this.field = field.toString();
    this.badValue = badValue;
    this.detail = detail;
  }

  /** The message without the field's name, as it stands in a Status cause. */
  body(): string {
    let text = WORDS[this.type];
    if (!WITHOUT_VALUE.has(this.type) && this.badValue !== omitValue) text += `: ${shown(this.badValue)}`;
    return this.detail === '' ? text : `${text}: ${this.detail}`;
  }

  toString(): string {
    return `${this.field}: ${this.body()}`;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? goQuote(value) : goJson(value);
}

type At = FieldPath | string;

export function fieldRequired(at: At, detail = ''): FieldError {
  return new FieldError('FieldValueRequired', at, '', detail);
}

export function fieldInvalid(at: At, value: unknown, detail = ''): FieldError {
  return new FieldError('FieldValueInvalid', at, value, detail);
}

/** The value is of the wrong JSON type. */
export function fieldTypeInvalid(at: At, value: unknown, detail = ''): FieldError {
  return new FieldError('FieldValueTypeInvalid', at, value, detail);
}

/** The values are listed in the order given; upstream sorts most of its sets, so pass them sorted. */
export function fieldNotSupported(at: At, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`;
  return new FieldError('FieldValueNotSupported', at, value, detail);
}

export function fieldDuplicate(at: At, value: unknown): FieldError {
  return new FieldError('FieldValueDuplicate', at, value, '');
}

export function fieldForbidden(at: At, detail = ''): FieldError {
  return new FieldError('FieldValueForbidden', at, '', detail);
}

export function fieldNotFound(at: At, value: unknown): FieldError {
  return new FieldError('FieldValueNotFound', at, value, '');
}

/** @param maxBytes negative when unknown */
export function fieldTooLong(at: At, maxBytes: number): FieldError {
  return new FieldError('FieldValueTooLong', at, '<value omitted>', tooLong(maxBytes, 'byte'));
}

/** @param maxCharacters negative when unknown */
export function fieldTooLongCharacters(at: At, maxCharacters: number): FieldError {
  return new FieldError('FieldValueTooLong', at, '<value omitted>', tooLong(maxCharacters, 'character'));
}

function tooLong(max: number, unit: string): string {
  return max < 0 ? 'value is too long' : `may not be more than ${max} ${unit}${max === 1 ? '' : 's'}`;
}

export function fieldTooShort(at: At, value: string, minCharacters: number): FieldError {
  const detail = minCharacters < 0 ? 'value is too short' : `must be at least ${minCharacters} characters`;
  return new FieldError('FieldValueTooShort', at, value, detail);
}

/** @param actual negative when it must not be shown */
export function fieldTooMany(at: At, actual: number, max: number): FieldError {
  const detail = max < 0 ? 'has too many items' : `must have at most ${max} ${max === 1 ? 'item' : 'items'}`;
  return new FieldError('FieldValueTooMany', at, actual < 0 ? omitValue : actual, detail);
}

export function fieldTooFew(at: At, actual: number, min: number): FieldError {
  const detail = min < 0 ? 'has too few items' : `must have at least ${min} ${min === 1 ? 'item' : 'items'}`;
  return new FieldError('FieldValueTooFew', at, actual, detail);
}

export function fieldInternalError(at: At, error: Error): FieldError {
  return new FieldError('InternalError', at, error, error.message);
}

/** Joins problems into one text: equal ones once, several in brackets; '' when there are none. */
export function aggregateFieldErrors(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(String))];
  return texts.length > 1 ? `[${texts.join(', ')}]` : (texts[0] ?? '');
}
