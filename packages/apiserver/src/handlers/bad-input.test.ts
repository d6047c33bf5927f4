import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestApiserver, type TestRequest } from '../testing/test-apiserver.ts';

const BASE = '/api/v1/namespaces/default';
const MAPS = `${BASE}/configmaps`;
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const SERVICES = `${BASE}/services`;
const MERGE = { 'content-type': 'application/merge-patch+json' };
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

const map = (name: string | undefined, metadata: object = {}, rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  ...rest,
});
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const deployment = (name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { selector: { matchLabels: { a: 'b' } }, template, ...spec },
});
const service = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });

let server: TestApiserver;
before(async () => {
  server = await new TestApiserver().ready();
  await server.request('POST', MAPS, { body: map('ok', {}, { data: { a: '1' } }) });
  await server.request('POST', DEPLOYMENTS, { body: deployment('d1') });
  await server.request('POST', SERVICES, { body: service('s1', { ports: [{ port: 80 }] }) });
});
after(() => server.close());

type Row = readonly [
  name: string,
  method: string,
  url: string,
  request: TestRequest,
  code: number,
  reason: string | undefined,
  message: string | RegExp,
];

const rows: readonly Row[] = [
  [
    'JSON cut short',
    'POST',
    MAPS,
    { body: '{"kind":' },
    400,
    'BadRequest',
    'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"kind":)',
  ],
  [
    'an empty body that claims to be JSON',
    'POST',
    MAPS,
    { body: '' },
    400,
    'BadRequest',
    "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
  ],
  [
    'malformed YAML',
    'POST',
    MAPS,
    { body: 'a: b: c\n', headers: { 'content-type': 'application/yaml' } },
    400,
    'BadRequest',
    'the object provided is unrecognized (must be of type ConfigMap): yaml: mapping values are not allowed in this context (613a20623a20630a)',
  ],
  [
    'unknown field, strict',
    'POST',
    `${MAPS}?fieldValidation=Strict`,
    { body: map('x', {}, { dta: {} }) },
    400,
    'BadRequest',
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
  ],
  [
    'fieldValidation of no known kind',
    'POST',
    `${MAPS}?fieldValidation=Maybe`,
    { body: map('x') },
    422,
    'Invalid',
    'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Maybe": supported values: "Ignore", "Strict", "Warn"',
  ],
  [
    'name is not DNS-1123',
    'POST',
    MAPS,
    { body: map('Bad_Name') },
    422,
    'Invalid',
    "ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ],
  [
    'no name',
    'POST',
    MAPS,
    { body: map(undefined) },
    422,
    'Invalid',
    'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  ],
  [
    'resourceVersion on create',
    'POST',
    MAPS,
    { body: map('x', { resourceVersion: '5' }) },
    500,
    undefined,
    'resourceVersion should not be set on objects to be created',
  ],
  [
    'another namespace than the URL',
    'POST',
    MAPS,
    { body: map('x', { namespace: 'other' }) },
    400,
    'BadRequest',
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
  [
    'a namespace that is not there',
    'POST',
    '/api/v1/namespaces/nope/configmaps',
    { body: map('x') },
    404,
    'NotFound',
    'namespaces "nope" not found',
  ],
  ['a name that is taken', 'POST', MAPS, { body: map('ok') }, 409, 'AlreadyExists', 'configmaps "ok" already exists'],
  ['an object that is not there', 'GET', `${MAPS}/nope`, {}, 404, 'NotFound', 'configmaps "nope" not found'],
  [
    'a resource that is not there',
    'GET',
    `${BASE}/foos`,
    {},
    404,
    'NotFound',
    'the server could not find the requested resource',
  ],
  [
    'PUT of a collection',
    'PUT',
    MAPS,
    { body: map('x') },
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
  ],
  [
    'an Accept nobody speaks',
    'GET',
    MAPS,
    { headers: { accept: 'text/html' } },
    406,
    'NotAcceptable',
    '406: Not Acceptable',
  ],
  [
    'a body nobody reads',
    'POST',
    MAPS,
    { body: 'x', headers: { 'content-type': 'text/plain' } },
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  ],
  [
    'a patch of no known type',
    'PATCH',
    `${MAPS}/ok`,
    { body: '{}' },
    415,
    'UnsupportedMediaType',
    /^the body of the request was in an unknown format - accepted media types include: application\/json-patch\+json/,
  ],
  [
    'a body over 3 MiB',
    'POST',
    MAPS,
    { body: map('big', {}, { data: { a: 'x'.repeat(3 * 1024 * 1024) } }) },
    413,
    'RequestEntityTooLarge',
    'Request entity too large: limit is 3145728',
  ],
  [
    'PUT of another name than the URL',
    'PUT',
    `${MAPS}/ok`,
    { body: map('other') },
    400,
    'BadRequest',
    'the name of the object (other) does not match the name on the URL (ok)',
  ],
  [
    'PUT of what is not there',
    'PUT',
    `${MAPS}/nope`,
    { body: map('nope') },
    404,
    'NotFound',
    'configmaps "nope" not found',
  ],
  [
    'PUT with an old resourceVersion',
    'PUT',
    `${MAPS}/ok`,
    { body: map('ok', { resourceVersion: '1' }) },
    409,
    'Conflict',
    'Operation cannot be fulfilled on configmaps "ok": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [
    'a patch with an old resourceVersion',
    'PATCH',
    `${MAPS}/ok`,
    { body: { metadata: { resourceVersion: '1' } }, headers: MERGE },
    409,
    'Conflict',
    'Operation cannot be fulfilled on configmaps "ok": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [
    'a patch of a member that is not there',
    'PATCH',
    `${MAPS}/ok`,
    { body: [{ op: 'remove', path: '/data/zz' }], headers: JSON_PATCH },
    422,
    'Invalid',
    /the server rejected our request due to an error in our request/,
  ],
  [
    'a patch that makes a field of the wrong type',
    'PATCH',
    `${MAPS}/ok`,
    { body: { data: { a: 1 } }, headers: MERGE },
    422,
    'Invalid',
    /^ "" is invalid: patch: Invalid value: /,
  ],
  [
    'a delete with another uid',
    'DELETE',
    `${MAPS}/ok`,
    { body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } } },
    409,
    'Conflict',
    /^Operation cannot be fulfilled on ConfigMap "ok": the UID in the precondition \(x\) does not match the UID in record /,
  ],
  ['a delete of what is not there', 'DELETE', `${MAPS}/nope`, {}, 404, 'NotFound', 'configmaps "nope" not found'],
  [
    'a namespace that must stay',
    'DELETE',
    '/api/v1/namespaces/default',
    {},
    403,
    'Forbidden',
    'namespaces "default" is forbidden: this namespace may not be deleted',
  ],
  [
    'a field that pods are not selected by',
    'GET',
    `${BASE}/pods?fieldSelector=foo%3Dbar`,
    {},
    400,
    'BadRequest',
    'field label not supported: foo',
  ],
  [
    'a revision from the future',
    'GET',
    `${MAPS}/ok?resourceVersion=99999999`,
    {},
    504,
    'Timeout',
    /^Timeout: Too large resource version: 99999999, current: \d+$/,
  ],
  [
    'a Deployment without selector',
    'POST',
    DEPLOYMENTS,
    { body: deployment('d', { selector: undefined }) },
    422,
    'Invalid',
    /^Deployment.apps "d" is invalid: .*spec\.selector: Required value/,
  ],
  [
    'an immutable field',
    'PATCH',
    `${DEPLOYMENTS}/d1`,
    {
      body: { spec: { selector: { matchLabels: { z: 'y' } }, template: { metadata: { labels: { z: 'y' } } } } },
      headers: MERGE,
    },
    422,
    'Invalid',
    /^Deployment.apps "d1" is invalid: spec\.selector: Invalid value: .*: field is immutable$/,
  ],
  [
    'a cluster IP that is taken',
    'POST',
    SERVICES,
    { body: service('s', { clusterIP: '10.96.0.1', ports: [{ port: 80 }] }) },
    422,
    'Invalid',
    /failed to allocate IP 10\.96\.0\.1: provided IP is already allocated$/,
  ],
  [
    'a cluster IP outside the range',
    'POST',
    SERVICES,
    { body: service('s', { clusterIP: '10.1.2.3', ports: [{ port: 80 }] }) },
    422,
    'Invalid',
    /the provided IP \(10\.1\.2\.3\) is not in the valid range\. The range of valid IPs is 10\.96\.0\.0\/24$/,
  ],
  [
    'another cluster IP than before',
    'PATCH',
    `${SERVICES}/s1`,
    { body: { spec: { clusterIP: '10.96.0.77' } }, headers: MERGE },
    422,
    'Invalid',
    /may not change once set/,
  ],
  [
    'a node port outside the range',
    'POST',
    SERVICES,
    { body: service('s', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }) },
    422,
    'Invalid',
    'Service "s" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-30009',
  ],
  ['no credentials', 'GET', MAPS, { headers: { authorization: '' } }, 401, 'Unauthorized', 'Unauthorized'],
  ['a wrong token', 'GET', MAPS, { headers: { authorization: 'Bearer x' } }, 401, 'Unauthorized', 'Unauthorized'],
  ['exec without an upgrade', 'GET', `${BASE}/pods/x/exec`, {}, 400, 'BadRequest', 'Upgrade request required'],
];

for (const [name, method, url, request, code, reason, message] of rows) {
  test(`bad input: ${name}`, async () => {
    const answer = await server.request(method, url, request);
    assert.equal(answer.json?.kind, 'Status', answer.text);
    assert.deepEqual([answer.code, answer.json.code, answer.json.reason], [code, code, reason], answer.text);
    if (typeof message === 'string') assert.equal(answer.json.message, message);
    else assert.match(answer.json.message, message);
  });
}

test('an unknown field warns and goes away unless validation is strict', async () => {
  const body = map('warned', {}, { dta: {}, data: { a: 'b' } });
  const answer = await server.request('POST', MAPS, { body });
  assert.equal(answer.code, 201, answer.text);
  assert.deepEqual(answer.headers['warning'], ['299 - "unknown field \\"dta\\""']);
  assert.equal(answer.json.dta, undefined);
});

test('a group that is not served is a plain 404', async () => {
  const answer = await server.request('GET', '/apis/foo.example.com/v1/foos');
  assert.deepEqual([answer.code, answer.text], [404, '404 page not found\n']);
});
