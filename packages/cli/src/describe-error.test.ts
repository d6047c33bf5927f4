import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newConflict, StatusError } from '@coxswain/api';
import { ConnectionError } from '@coxswain/client';
import { ContextError, describeError, Failures } from './describe-error.ts';

const status = (reason: string, message: string, details = {}) =>
  new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message, details });
const immutable = { field: 'spec.selector', message: 'Invalid value: {}: field is immutable' };
const required = { field: 'spec.x', message: 'Required value' };

const cases: [string, unknown, string][] = [
  ['a plain one', new Error('must specify -f'), 'error: must specify -f\n'],
  ['not found', status('NotFound', 'pods "x" not found'), 'Error from server (NotFound): pods "x" not found\n'],
  [
    'with a file',
    new ContextError('error when creating "a.yaml"', status('BadRequest', 'strict decoding error')),
    'Error from server (BadRequest): error when creating "a.yaml": strict decoding error\n',
  ],
  [
    'invalid',
    new ContextError(
      'error when applying',
      status('Invalid', 'x', { kind: 'Deployment', name: 'web', causes: [immutable] }),
    ),
    'The Deployment "web" is invalid: spec.selector: Invalid value: {}: field is immutable\n',
  ],
  [
    'invalid in several ways',
    status('Invalid', 'x', { kind: 'Deployment', name: 'web', causes: [immutable, required] }),
    'The Deployment "web" is invalid: \n* spec.selector: Invalid value: {}: field is immutable\n* spec.x: Required value\n',
  ],
  [
    'an invalid request',
    status('Invalid', 'x', { causes: [required] }),
    'The request is invalid: spec.x: Required value\n',
  ],
  [
    'a refused connection',
    new ConnectionError('https://127.0.0.1:1', 'GET /', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })),
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
  ],
  ['several', new Failures([new Error('a'), new Error('b')]), 'error: a\nerror: b\n'],
];
for (const [what, error, wanted] of cases) test(`error: ${what}`, () => assert.equal(describeError(error), wanted));

test('a conflict names the object', () => {
  const text = describeError(newConflict({ group: 'apps', resource: 'deployments' }, 'web', 'try again'));
  assert.match(
    text,
    /^Error from server \(Conflict\): Operation cannot be fulfilled on deployments\.apps "web": try again\n$/,
  );
});
