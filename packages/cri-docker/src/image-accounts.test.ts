import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Identity, identityOf } from './image-accounts.ts';

const accounts = {
  passwd: 'root:x:0:0::/root:/bin/sh\n# more\nalice:x:1000:500::/:/bin/sh\n',
  group: 'root:x:0:root\nstaff:x:50000:bob,alice\nown:x:500:alice\n',
};

for (const [text, want] of [
  ['', { uid: 0, gid: 0, memberOf: [] }],
  ['alice', { uid: 1000, gid: 500, memberOf: [50_000] }],
  ['1000', { uid: 1000, gid: 500, memberOf: [50_000] }],
  ['1000:3000', { uid: 1000, gid: 3000, memberOf: [50_000, 500] }],
  ['alice:staff', { uid: 1000, gid: 50_000, memberOf: [500] }],
  ['7', { uid: 7, gid: 0, memberOf: [] }],
  ['bob', undefined],
  ['7:nobody', undefined],
] as readonly (readonly [string, Identity | undefined])[])
  it(`knows whom "${text}" means`, () => assert.deepEqual(identityOf(text, accounts), want));
