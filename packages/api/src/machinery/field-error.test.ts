import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aggregateFieldErrors,
  type FieldError,
  fieldDuplicate,
  fieldForbidden,
  fieldInternalError,
  fieldInvalid,
  fieldNotFound,
  fieldNotSupported,
  fieldRequired,
  fieldTooFew,
  fieldTooLong,
  fieldTooLongCharacters,
  fieldTooMany,
  fieldTooShort,
  fieldTypeInvalid,
} from './field-error.ts';
import { path } from './field-path.ts';

test('paths read as upstream writes them', () => {
  const root = path('spec');
  const ports = root.child('ports');
  assert.equal(ports.index(0).key('x').toString(), 'spec.ports[0][x]');
  assert.equal(path('metadata').child('labels', 'deep').toString(), 'metadata.labels.deep');
  assert.equal(path().child('spec').toString(), 'spec');
  assert.equal(path('a', 'b').toString(), 'a.b');
  assert.equal(ports.toString(), 'spec.ports');
  assert.equal(root.toString(), 'spec');
});

test('messages read as upstream writes them', () => {
  const at = path('spec', 'x');
  const rows: [FieldError, string, string][] = [
    [fieldRequired(at), 'FieldValueRequired', 'spec.x: Required value'],
    [fieldRequired(at, 'why'), 'FieldValueRequired', 'spec.x: Required value: why'],
    [fieldInvalid(at, 'v', 'why'), 'FieldValueInvalid', 'spec.x: Invalid value: "v": why'],
    [fieldInvalid(at, 'a"\n', 'why'), 'FieldValueInvalid', 'spec.x: Invalid value: "a\\"\\n": why'],
    [fieldInvalid(at, -1, 'why'), 'FieldValueInvalid', 'spec.x: Invalid value: -1: why'],
    [fieldInvalid(at, true), 'FieldValueInvalid', 'spec.x: Invalid value: true'],
    [fieldInvalid(at, null, 'why'), 'FieldValueInvalid', 'spec.x: Invalid value: null: why'],
    [fieldInvalid(at, { a: ['<'] }, 'why'), 'FieldValueInvalid', 'spec.x: Invalid value: {"a":["\\u003c"]}: why'],
    [fieldTypeInvalid(at, 'v', 'why'), 'FieldValueTypeInvalid', 'spec.x: Invalid value: "v": why'],
    [
      fieldNotSupported(at, 'v', ['A', 'B']),
      'FieldValueNotSupported',
      'spec.x: Unsupported value: "v": supported values: "A", "B"',
    ],
    [fieldNotSupported(at, 'v', []), 'FieldValueNotSupported', 'spec.x: Unsupported value: "v"'],
    [fieldDuplicate(at, 'v'), 'FieldValueDuplicate', 'spec.x: Duplicate value: "v"'],
    [fieldForbidden(at, 'why'), 'FieldValueForbidden', 'spec.x: Forbidden: why'],
    [fieldNotFound(at, 'v'), 'FieldValueNotFound', 'spec.x: Not found: "v"'],
    [fieldTooLong(at, 63), 'FieldValueTooLong', 'spec.x: Too long: may not be more than 63 bytes'],
    [fieldTooLong(at, 1), 'FieldValueTooLong', 'spec.x: Too long: may not be more than 1 byte'],
    [fieldTooLong(at, -1), 'FieldValueTooLong', 'spec.x: Too long: value is too long'],
    [fieldTooLongCharacters(at, 9), 'FieldValueTooLong', 'spec.x: Too long: may not be more than 9 characters'],
    [fieldTooShort(at, '', 1), 'FieldValueTooShort', 'spec.x: Too short: must be at least 1 characters'],
    [fieldTooMany(at, 5, 3), 'FieldValueTooMany', 'spec.x: Too many: 5: must have at most 3 items'],
    [fieldTooMany(at, -1, 1), 'FieldValueTooMany', 'spec.x: Too many: must have at most 1 item'],
    [fieldTooFew(at, 0, 1), 'FieldValueTooFew', 'spec.x: Too few: 0: must have at least 1 item'],
    [fieldInternalError(at, new Error('boom')), 'InternalError', 'spec.x: Internal error: boom'],
  ];
  for (const [error, type, text] of rows) {
    assert.equal(error.type, type);
    assert.equal(error.toString(), text);
  }
});

test('an aggregate names each problem once', () => {
  const a = fieldRequired('a');
  assert.equal(aggregateFieldErrors([]), '');
  assert.equal(aggregateFieldErrors([a, fieldRequired('a')]), 'a: Required value');
  assert.equal(aggregateFieldErrors([a, fieldRequired('b'), a]), '[a: Required value, b: Required value]');
});
