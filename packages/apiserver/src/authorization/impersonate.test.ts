import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticated } from '../authentication/user-info.ts';
import type { Access } from './access.ts';
import { alwaysAllow } from './authorizer.ts';
import { impersonate } from './impersonate.ts';

const asker = authenticated('boss', '', []);
const request = (...pairs: [string, string][]) => ({
  headers: Object.fromEntries(pairs.map(([key, value]) => [key.toLowerCase(), value])),
  rawHeaders: pairs.flat(),
});

test('nobody is somebody else without asking', () => {
  assert.equal(impersonate(alwaysAllow, asker, request(['Accept', '*/*'])), asker);
});

test('a user with groups, uid and extra', () => {
  const user = impersonate(
    alwaysAllow,
    asker,
    request(
      ['Impersonate-User', 'jane'],
      ['Impersonate-Group', 'devs'],
      ['Impersonate-Group', 'ops'],
      ['Impersonate-Uid', '7'],
      ['Impersonate-Extra-scopes', 'view'],
    ),
  );
  assert.deepEqual(user, {
    name: 'jane',
    uid: '7',
    groups: ['devs', 'ops', 'system:authenticated'],
    extra: { scopes: ['view'] },
  });
});

test('a service account is in its groups', () => {
  const { groups } = impersonate(alwaysAllow, asker, request(['Impersonate-User', 'system:serviceaccount:dev:bot']));
  assert.deepEqual(groups, ['system:serviceaccounts', 'system:serviceaccounts:dev', 'system:authenticated']);
});

test('each of it must be allowed', () => {
  const asked: Access[] = [];
  const authorizer = {
    ...alwaysAllow,
    authorize(_user: unknown, access: Access) {
      asked.push(access);
      const denied = access.type === 'resource' && access.resource === 'groups';
      return { outcome: denied ? ('no-opinion' as const) : ('allow' as const) };
    },
  };
  assert.throws(
    () =>
      impersonate(authorizer, asker, request(['Impersonate-User', 'jane'], ['Impersonate-Group', 'system:masters'])),
    {
      message:
        /^groups "system:masters" is forbidden: User "boss" cannot impersonate resource "groups" in API group ""/,
    },
  );
  assert.equal(asked.length, 2);
});

test('groups without a user make no sense', () => {
  assert.throws(() => impersonate(alwaysAllow, asker, request(['Impersonate-Group', 'g'])), {
    message: /without impersonating a user/,
  });
});
