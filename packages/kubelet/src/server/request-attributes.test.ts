import assert from 'node:assert/strict';
import { it } from 'node:test';
import { requestAttributes } from './request-attributes.ts';

for (const [method, path, verb, ...subresources] of [
  ['GET', '/stats/summary', 'get', 'stats'],
  ['GET', '/metrics', 'get', 'metrics'],
  ['GET', '/metrics/resource', 'get', 'metrics'],
  ['GET', '/metricsx', 'get', 'proxy'],
  ['GET', '/logs/syslog', 'get', 'log'],
  ['GET', '/pods', 'get', 'pods', 'proxy'],
  ['HEAD', '/healthz', 'get', 'healthz', 'proxy'],
  ['GET', '/configz', 'get', 'configz', 'proxy'],
  ['GET', '/containerLogs/ns/pod/c', 'get', 'proxy'],
  ['POST', '/exec/ns/pod/c', 'create', 'proxy'],
  ['GET', '/exec/ns/pod/c', 'create', 'proxy'],
  ['DELETE', '/', 'delete', 'proxy'],
] as const)
  it(`${method} ${path}`, () => assert.deepEqual(requestAttributes(method, path), { verb, subresources }));
