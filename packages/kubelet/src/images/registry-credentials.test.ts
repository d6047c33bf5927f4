import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Secret } from '@coxswain/api';
import { credentialsFor, credentialsOf } from './registry-credentials.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (key: string, value: unknown): Secret =>
  ({ metadata: { name: 's' }, data: { [key]: base64(JSON.stringify(value)) } }) as Secret;

it('reads both kinds of secret', () => {
  const auths = { 'r.io': { auth: base64('u:p:q') }, 'bad.io': { auth: base64('nothing') } };
  const want = [{ pattern: 'r.io', auth: { username: 'u', password: 'p:q', serverAddress: 'r.io' } }];
  assert.deepEqual(credentialsOf(secret('.dockerconfigjson', { auths })), want);
  assert.deepEqual(credentialsOf(secret('.dockercfg', auths)), want);
  assert.deepEqual(credentialsOf(secret('other', {})), []);
  assert.throws(
    () => credentialsOf({ metadata: { name: 's' }, data: { '.dockerconfigjson': base64('{') } } as Secret),
    /is not valid JSON/,
  );
});

for (const [image, pattern, match] of [
  ['r.io/a', 'r.io', true],
  ['r.io/a', 'https://r.io/v2/', true],
  ['r.io:5000/a', 'r.io:5000', true],
  ['r.io:5000/a', 'r.io:5001', false],
  ['r.io:5000/a', 'r.io', true],
  ['x.r.io/a', '*.r.io', true],
  ['x.y.r.io/a', '*.r.io', false],
  ['r.io/team/a', 'r.io/team', true],
  ['r.io/other/a', 'r.io/team', false],
  ['busybox', 'https://index.docker.io/v1/', true],
  ['library/busybox', 'docker.io', true],
  ['localhost/a', 'docker.io', false],
] as const)
  it(`${pattern} ${match ? 'counts' : 'does not count'} for ${image}`, () => {
    assert.equal(credentialsFor(image, [{ pattern, auth: {} }]).length, match ? 1 : 0);
  });

it('tries the most specific first', () => {
  const list = ['r.io', 'r.io/team/deep', 'r.io/team'].map((pattern) => ({
    pattern,
    auth: { serverAddress: pattern },
  }));
  assert.deepEqual(
    credentialsFor('r.io/team/deep/a', list).map(({ serverAddress }) => serverAddress),
    ['r.io/team/deep', 'r.io/team', 'r.io'],
  );
});
