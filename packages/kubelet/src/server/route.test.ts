import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRoute, plainText, type Route } from './route.ts';

const route = (path: string, method?: string): Route => ({
  path,
  ...(method ? { method } : {}),
  answer: () => plainText(200, path),
});
const routes = [route('/pods', 'GET'), route('/run/:/:/:', 'POST'), route('/exec/*'), route('/stats/summary', 'GET')];

for (const [method, path, wanted, params] of [
  ['GET', '/pods', '/pods', []],
  ['POST', '/pods', undefined, undefined],
  ['GET', '/pods/x', undefined, undefined],
  ['POST', '/run/a/b%2Fc/d', '/run/:/:/:', ['a', 'b/c', 'd']],
  ['POST', '/run/a/b', undefined, undefined],
  ['POST', '/run/a/%zz/d', '/run/:/:/:', ['a', '%zz', 'd']],
  ['GET', '/exec/a/b/c', '/exec/*', []],
  ['GET', '/exec', undefined, undefined],
  ['GET', '/stats/summary', '/stats/summary', []],
] as const)
  test(`${method} ${path}`, () => {
    const found = findRoute(routes, method, path);
    assert.deepEqual([found?.route.path, found?.params], [wanted, params]);
  });
