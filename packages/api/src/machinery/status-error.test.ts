import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldInvalid, fieldRequired } from './field-error.ts';
import { StatusError, success } from './status-error.ts';
import * as errors from './status-errors.ts';
import { newGenericServerResponse, statusFrom } from './status-from-response.ts';
import * as is from './status-predicates.ts';

const pods = { group: '', resource: 'pods' };
const deployments = { group: 'apps', resource: 'deployments' };

test('errors carry upstream codes, reasons and texts', () => {
  const rows: [StatusError, number, string, string][] = [
    [errors.newNotFound(pods, 'x'), 404, 'NotFound', 'pods "x" not found'],
    [errors.newNotFound(deployments, 'x'), 404, 'NotFound', 'deployments.apps "x" not found'],
    [errors.newAlreadyExists(pods, 'x'), 409, 'AlreadyExists', 'pods "x" already exists'],
    [
      errors.newConflict(pods, 'x'),
      409,
      'Conflict',
      'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [errors.newBadRequest('no'), 400, 'BadRequest', 'no'],
    [errors.newUnauthorized(), 401, 'Unauthorized', 'Unauthorized'],
    [errors.newForbidden(pods, 'x', 'no'), 403, 'Forbidden', 'pods "x" is forbidden: no'],
    [errors.newForbidden(deployments, '', 'no'), 403, 'Forbidden', 'deployments.apps is forbidden: no'],
    [errors.newForbidden(undefined, '', 'no'), 403, 'Forbidden', 'forbidden: no'],
    [
      errors.newMethodNotSupported(pods, 'patch'),
      405,
      'MethodNotAllowed',
      'patch is not supported on resources of kind "pods"',
    ],
    [
      errors.newNotAcceptable(['application/json']),
      406,
      'NotAcceptable',
      'only the following media types are accepted: application/json',
    ],
    [
      errors.newUnsupportedMediaType(['application/json', 'application/yaml']),
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    ],
    [
      errors.newRequestEntityTooLarge('limit is 3145728'),
      413,
      'RequestEntityTooLarge',
      'Request entity too large: limit is 3145728',
    ],
    [errors.newGone('old'), 410, 'Gone', 'old'],
    [errors.newResourceExpired('old'), 410, 'Expired', 'old'],
    [errors.newTooManyRequests('slow down', 1), 429, 'TooManyRequests', 'slow down'],
    [errors.newTimeout('late', 0), 504, 'Timeout', 'Timeout: late'],
    [
      errors.newServerTimeout(pods, 'list', 2),
      500,
      'ServerTimeout',
      'The list operation against pods could not be completed at this time, please try again.',
    ],
    [errors.newInternalError(new Error('boom')), 500, 'InternalError', 'Internal error occurred: boom'],
    [errors.newServiceUnavailable('away'), 503, 'ServiceUnavailable', 'away'],
  ];
  for (const [error, code, reason, message] of rows) {
    assert.deepEqual([error.code, error.reason, error.message], [code, reason, message]);
    assert.equal(error.status.message, message);
  }
});

test('an invalid object lists its causes', () => {
  const kind = { group: 'apps', kind: 'Deployment' };
  const one = errors.newInvalid(kind, 'x', [fieldRequired('spec.selector')]);
  assert.equal(one.message, 'Deployment.apps "x" is invalid: spec.selector: Required value');
  const two = errors.newInvalid(kind, 'x', [fieldRequired('spec.selector'), fieldInvalid('spec.replicas', -1, 'low')]);
  assert.equal(
    JSON.stringify(two.status),
    JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Deployment.apps "x" is invalid: [spec.selector: Required value, spec.replicas: Invalid value: -1: low]',
      reason: 'Invalid',
      details: {
        name: 'x',
        group: 'apps',
        kind: 'Deployment',
        causes: [
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
          { reason: 'FieldValueInvalid', message: 'Invalid value: -1: low', field: 'spec.replicas' },
        ],
      },
      code: 422,
    }),
  );
  assert.equal(errors.newInvalid({ group: '', kind: 'Pod' }, 'x', []).message, 'Pod "x" is invalid');
});

test('a success says no more than it must', () => {
  assert.deepEqual(success({ name: 'x', kind: 'pods' }), {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: 'x', kind: 'pods' },
  });
});

test('a response becomes an error', () => {
  const wire = errors.newNotFound(pods, 'x').status;
  assert.deepEqual(statusFrom(404, JSON.stringify(wire)).status, wire);
  assert.deepEqual(statusFrom(404, Buffer.from(JSON.stringify(wire))).status, wire);
  const rows: [number, string, string, string][] = [
    [404, '404 page not found', 'NotFound', 'the server could not find the requested resource (get pods x)'],
    [403, 'no', 'Forbidden', 'no (get pods x)'],
    [409, '', 'Conflict', 'the server reported a conflict (get pods x)'],
    [
      502,
      'bad',
      'InternalError',
      'an error on the server ("bad") has prevented the request from succeeding (get pods x)',
    ],
    [418, '', '', 'the server responded with the status code 418 but did not return more information (get pods x)'],
    [
      500,
      '{"kind":"Other"}',
      'InternalError',
      'an error on the server ("{\\"kind\\":\\"Other\\"}") has prevented the request from succeeding (get pods x)',
    ],
  ];
  for (const [code, body, reason, message] of rows) {
    const error = statusFrom(code, body, { method: 'GET', resource: pods, name: 'x' });
    assert.deepEqual([error.code, error.reason, error.message], [code, reason, message]);
    assert.ok(is.statusCause(error, 'UnexpectedServerResponse'));
  }
  const patch = newGenericServerResponse(422, 'testing failed');
  assert.equal(patch.message, 'the server rejected our request due to an error in our request');
  assert.deepEqual(patch.status.details, {});
});

test('predicates follow the reason, then the code, through causes', () => {
  const wrapped = new Error('outer', { cause: errors.newNotFound(pods, 'x') });
  assert.ok(is.isNotFound(wrapped));
  assert.ok(!is.isNotFound(new Error('other')));
  assert.ok(!is.isNotFound(undefined));
  assert.ok(is.isConflict(errors.newConflict(pods, 'x')));
  assert.ok(!is.isConflict(errors.newAlreadyExists(pods, 'x')));
  assert.ok(is.isAlreadyExists(errors.newAlreadyExists(pods, 'x')));
  assert.ok(is.isGone(errors.newGone('')) && is.isGone(errors.newResourceExpired('')));
  assert.ok(is.isTooManyRequests(errors.newTooManyRequests('', 1)));
  assert.ok(is.isInternalError(statusFrom(500, 'x')));
  assert.equal(is.suggestsClientDelay(errors.newTooManyRequests('', 3)), 3);
  assert.equal(is.suggestsClientDelay(errors.newNotFound(pods, 'x')), undefined);
  const odd = new StatusError({ ...success(), status: 'Failure', reason: 'Odd', code: 403 });
  assert.ok(is.isForbidden(odd));
});
