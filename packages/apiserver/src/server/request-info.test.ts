import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allKinds } from '@coxswain/api';
import { parseRequestInfo } from './request-info.ts';
import { Resources } from './resources.ts';

const resources = new Resources(allKinds);

/** `verb plural namespace/name/subresource`, or the type of what is no request for objects. */
function describe(method: string, path: string, watch = false): string {
  const info = parseRequestInfo(resources, method, path, watch);
  if (info.type !== 'resource') return info.type;
  return `${info.verb} ${info.kind.plural} ${info.namespace}/${info.name}/${info.subresource}`;
}

const rows: readonly (readonly [method: string, path: string, watch: boolean, expected: string])[] = [
  ['GET', '/api/v1/pods', false, 'list pods //'],
  ['GET', '/api/v1/pods', true, 'watch pods //'],
  ['GET', '/api/v1/watch/namespaces/a/pods', false, 'watch pods a//'],
  ['GET', '/api/v1/namespaces/a/pods/b', false, 'get pods a/b/'],
  ['GET', '/api/v1/namespaces/a/pods/b/log', false, 'get pods a/b/log'],
  ['POST', '/api/v1/namespaces/a/pods', false, 'create pods a//'],
  ['DELETE', '/api/v1/namespaces/a/pods', false, 'deletecollection pods a//'],
  ['DELETE', '/api/v1/pods', false, 'method-not-allowed'],
  ['POST', '/api/v1/pods', false, 'method-not-allowed'],
  ['PUT', '/api/v1/namespaces/a/pods', false, 'method-not-allowed'],
  ['GET', '/api/v1/namespaces', false, 'list namespaces //'],
  ['POST', '/api/v1/namespaces', false, 'create namespaces //'],
  ['GET', '/api/v1/namespaces/a', false, 'get namespaces /a/'],
  ['PUT', '/api/v1/namespaces/a/finalize', false, 'update namespaces /a/finalize'],
  ['PATCH', '/api/v1/namespaces/a/status', false, 'patch namespaces /a/status'],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/d/scale', false, 'patch deployments a/d/scale'],
  ['GET', '/api/v1/namespaces/a/configmaps/x%20y', false, 'get configmaps a/x y/'],
  ['GET', '/api/v1/namespaces/a/foos', false, 'not-found'],
  ['GET', '/api/v1/namespaces/a/nodes', false, 'not-found'],
  ['GET', '/api/v1/pods/x', false, 'not-found'],
  ['GET', '/api/v1/namespaces/a/pods/b/log/c', false, 'not-found'],
  ['GET', '/api/v1/namespaces/a/configmaps/b/proxy/c', false, 'not-found'],
  ['HEAD', '/api/v1/namespaces/a/pods/https:b:80/proxy/c/d', false, 'get pods a/https:b:80/proxy'],
  ['POST', '/api/v1/nodes/b/proxy', false, 'create nodes /b/proxy'],
  ['GET', '/apis/example.com/v1/foos', false, 'unknown-group'],
  ['GET', '/api/v1', false, 'path'],
  ['GET', '/apis/apps/v1', false, 'path'],
  ['GET', '/readyz', false, 'path'],
];

for (const [method, path, watch, expected] of rows)
  test(`${method} ${path}${watch ? ' (watch)' : ''}`, () => assert.equal(describe(method, path, watch), expected));

for (const [path, wanted] of [
  ['/api/v1/nodes/b/proxy', ''],
  ['/api/v1/nodes/b/proxy/', '/'],
  ['/api/v1/nodes/b/proxy/stats/summary', '/stats/summary'],
  ['/api/v1/namespaces/a/services/b:80/proxy/c%2Fd//e/', '/c%2Fd//e/'],
] as const)
  test(`what is behind the proxy in ${path}`, () => {
    const info = parseRequestInfo(resources, 'GET', path, false);
    assert.equal(info.type === 'resource' && info.proxyPath, wanted);
  });

test('broken escapes are refused', () => {
  assert.throws(() => parseRequestInfo(resources, 'GET', '/api/v1/namespaces/%zz/configmaps', false), {
    message: "'/api/v1/namespaces/%zz/configmaps' is not a valid url component",
  });
});
