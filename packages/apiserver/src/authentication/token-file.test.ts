import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTokenFile, TokenFileError } from './token-file.ts';

test('a token file gives users with their groups', () => {
  const users = parseTokenFile('t1,jane,1,"system:masters,dev"\n\n# a comment\nt2,"a ""b""",2\n');
  assert.deepEqual(users.get('t1'), {
    name: 'jane',
    uid: '1',
    groups: ['system:masters', 'dev', 'system:authenticated'],
  });
  assert.deepEqual(users.get('t2'), { name: 'a "b"', uid: '2', groups: ['system:authenticated'] });
});

for (const [name, text] of [
  ['too few columns', 'secret,jane'],
  ['an empty token', ',jane,1'],
  ['an open quote', 'secret,"jane,1'],
] as const)
  test(`${name}: refused without telling the token`, () => {
    assert.throws(
      () => parseTokenFile(text),
      (error: Error) => error instanceof TokenFileError && !error.message.includes('secret'),
    );
  });
