import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { ComposeCluster } from '../harness/compose-cluster.ts';

interface Answer {
  readonly code: number;
  readonly status: {
    readonly kind?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly code?: number;
  };
}

interface Row {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string | object;
  readonly type?: string;
  readonly accept?: string;
  readonly code: number;
  readonly reason: string;
  readonly message: RegExp;
}

const NAMESPACE = 'bad-input';
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'busybox:1.36' }] } };
function deployment(name: string, spec: object) {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { template, ...spec } };
}
const selector = { matchLabels: { app: 'a' } };

const rows: Row[] = [
  {
    name: 'malformed YAML',
    method: 'POST',
    path: DEPLOYMENTS,
    type: 'application/yaml',
    body: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x\n',
    code: 400,
    reason: 'BadRequest',
    message: /yaml: line \d+:/,
  },
  {
    name: 'malformed JSON',
    method: 'POST',
    path: DEPLOYMENTS,
    body: '{"kind":"Deployment",',
    code: 400,
    reason: 'BadRequest',
    message: /json/,
  },
  {
    name: 'unknown field under strict validation',
    method: 'POST',
    path: `${DEPLOYMENTS}?fieldValidation=Strict`,
    body: deployment('x', { selector, replica: 3 }),
    code: 400,
    reason: 'BadRequest',
    message:
      /^Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec\.replica"$/,
  },
  {
    name: 'wrong type',
    method: 'POST',
    path: DEPLOYMENTS,
    body: deployment('x', { selector, replicas: 'three' }),
    code: 400,
    reason: 'BadRequest',
    message:
      /^Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32$/,
  },
  {
    name: 'missing selector',
    method: 'POST',
    path: DEPLOYMENTS,
    body: deployment('x', {}),
    code: 422,
    reason: 'Invalid',
    message: /^Deployment\.apps "x" is invalid: .*spec\.selector: Required value/,
  },
  {
    name: 'selector that does not match the template',
    method: 'POST',
    path: DEPLOYMENTS,
    body: deployment('x', { selector: { matchLabels: { app: 'b' } } }),
    code: 422,
    reason: 'Invalid',
    message: /spec\.template\.metadata\.labels: Invalid value: .*`selector` does not match template `labels`/,
  },
  {
    name: 'immutable field changed',
    method: 'PATCH',
    path: `${DEPLOYMENTS}/there`,
    type: 'application/merge-patch+json',
    body: { spec: { selector: { matchLabels: { app: 'b' } }, template: { metadata: { labels: { app: 'b' } } } } },
    code: 422,
    reason: 'Invalid',
    message: /^Deployment\.apps "there" is invalid: spec\.selector: Invalid value: .*: field is immutable$/,
  },
  {
    name: 'name not DNS-1123',
    method: 'POST',
    path: CONFIG_MAPS,
    body: { metadata: { name: 'Not_A_Name' } },
    code: 422,
    reason: 'Invalid',
    message:
      /^ConfigMap "Not_A_Name" is invalid: metadata\.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain must consist of/,
  },
  {
    name: 'stale resourceVersion',
    method: 'PUT',
    path: `${CONFIG_MAPS}/there`,
    body: { metadata: { name: 'there', resourceVersion: '1' }, data: { a: 'b' } },
    code: 409,
    reason: 'Conflict',
    message:
      /^Operation cannot be fulfilled on configmaps "there": the object has been modified; please apply your changes to the latest version and try again$/,
  },
  {
    name: 'already there',
    method: 'POST',
    path: CONFIG_MAPS,
    body: { metadata: { name: 'there' } },
    code: 409,
    reason: 'AlreadyExists',
    message: /^configmaps "there" already exists$/,
  },
  {
    name: 'not there',
    method: 'GET',
    path: `${DEPLOYMENTS}/nowhere`,
    code: 404,
    reason: 'NotFound',
    message: /^deployments\.apps "nowhere" not found$/,
  },
  {
    name: 'unknown resource',
    method: 'GET',
    path: '/api/v1/gadgets',
    code: 404,
    reason: 'NotFound',
    message: /^the server could not find the requested resource$/,
  },
  {
    name: 'namespace not there',
    method: 'POST',
    path: '/api/v1/namespaces/nowhere/configmaps',
    body: { metadata: { name: 'x' } },
    code: 404,
    reason: 'NotFound',
    message: /^namespaces "nowhere" not found$/,
  },
  {
    name: 'verb that the resource does not have',
    method: 'POST',
    path: `${CONFIG_MAPS}/there`,
    body: {},
    code: 405,
    reason: 'MethodNotAllowed',
    message: /^the server does not allow this method on the requested resource$/,
  },
  {
    name: 'no acceptable media type',
    method: 'GET',
    path: CONFIG_MAPS,
    accept: 'image/png',
    code: 406,
    reason: 'NotAcceptable',
    message: /^406: Not Acceptable$/,
  },
  {
    name: 'unsupported body type',
    method: 'POST',
    path: CONFIG_MAPS,
    type: 'text/html',
    body: '<p>',
    code: 415,
    reason: 'UnsupportedMediaType',
    message: /^the body of the request was in an unknown format - accepted media types include: application\/json/,
  },
  {
    name: 'body over 3 MiB',
    method: 'POST',
    path: CONFIG_MAPS,
    body: { metadata: { name: 'big' }, data: { a: 'x'.repeat(3.2 * 1024 * 1024) } },
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: /limit is 3145728/,
  },
];

describe('bad input gets upstream answers', () => {
  let send: (row: Pick<Row, 'method' | 'path' | 'body' | 'type' | 'accept'>) => Promise<Answer>;

  before(async () => {
    const cluster = await ComposeCluster.up(2);
    send = sender(cluster.kubeconfig);
    await send({ method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}` });
    await cluster
      .kubectl()
      .try(['wait', '--for=delete', `namespace/${NAMESPACE}`, '--timeout=90s'], { timeoutMs: 100_000 });
    await send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: NAMESPACE } } });
    await send({ method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: 'there' } } });
    await send({ method: 'POST', path: DEPLOYMENTS, body: deployment('there', { selector, replicas: 0 }) });
  });
  after(() => send({ method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}` }));

  for (const row of rows)
    test(row.name, async () => {
      const { code, status } = await send(row);
      assert.equal(code, row.code, JSON.stringify(status));
      assert.equal(status.kind, 'Status');
      assert.equal(status.code, row.code);
      assert.equal(status.reason, row.reason);
      assert.match(status.message ?? '', row.message);
    });
});

function sender(kubeconfig: string) {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
    users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
  };
  const decode = (text: string | undefined) => Buffer.from(text ?? '', 'base64');
  const cluster = config.clusters[0]?.cluster;
  const user = config.users[0]?.user;
  return ({
    method,
    path,
    body,
    type = 'application/json',
    accept = 'application/json',
  }: Pick<Row, 'method' | 'path' | 'body' | 'type' | 'accept'>) =>
    new Promise<Answer>((resolve, reject) => {
      const call = request(
        new URL(path, cluster?.server),
        {
          method,
          ca: decode(cluster?.['certificate-authority-data']),
          cert: decode(user?.['client-certificate-data']),
          key: decode(user?.['client-key-data']),
          headers: { accept, ...(body === undefined ? {} : { 'content-type': type }) },
          timeout: 20_000,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => {
            try {
              resolve({ code: response.statusCode ?? 0, status: JSON.parse(text) as Answer['status'] });
            } catch {
              resolve({ code: response.statusCode ?? 0, status: { message: text } });
            }
          });
        },
      );
      call.once('timeout', () => call.destroy(new Error('no answer within 20 s')));
      call.once('error', reject);
      call.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
    });
}
