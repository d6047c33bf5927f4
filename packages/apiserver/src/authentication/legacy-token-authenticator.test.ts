import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { KubeObject } from '@coxswain/api';
import { FakeClock } from '@coxswain/foundation/testing';
import { SignJWT } from 'jose';
import { LegacyTokenAuthenticator } from './legacy-token-authenticator.ts';
import { verifyingKeysOf } from './service-account-keys.ts';

const pair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
const { privateKey, publicKey } = pair();
const PREFIX = 'kubernetes.io/serviceaccount';

async function tokenOf(pem: string, more: Record<string, unknown> = {}): Promise<string> {
  const { createPrivateKey } = await import('node:crypto');
  return new SignJWT({
    [`${PREFIX}/namespace`]: 'a',
    [`${PREFIX}/secret.name`]: 'robot-token',
    [`${PREFIX}/service-account.name`]: 'robot',
    [`${PREFIX}/service-account.uid`]: 'u1',
    iss: 'kubernetes/serviceaccount',
    sub: 'system:serviceaccount:a:robot',
    ...more,
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(createPrivateKey(pem));
}

interface World {
  readonly secret?: object;
  readonly labels?: Record<string, string>;
  readonly uid?: string;
  readonly account?: boolean;
}

const token = await tokenOf(privateKey);
const cases: [rule: string, token: string, world: World, audiences: string[], accepted: boolean][] = [
  ['the Secret holds it', token, {}, ['api'], true],
  ['asked for no audience', token, {}, [], true],
  ['asked for another audience', token, {}, ['vault'], false],
  ['the Secret is gone', token, { secret: undefined as unknown as object }, ['api'], false],
  ['the Secret holds another', token, { secret: { token: 'eA==' } }, ['api'], false],
  ['marked invalid', token, { labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } }, ['api'], false],
  ['another account of that name', token, { uid: randomUUID() }, ['api'], false],
  ['the account is gone', token, { account: false }, ['api'], false],
  ['signed by another', await tokenOf(pair().privateKey), {}, ['api'], false],
  ['a subject that is not the account', await tokenOf(privateKey, { sub: 'system:admin' }), {}, ['api'], false],
  ['no token at all', 'a.b.c', {}, ['api'], false],
];
for (const [rule, given, world, audiences, accepted] of cases)
  test(`${rule}: ${accepted ? 'accepted' : 'refused'}`, async () => {
    const data = 'secret' in world ? world.secret : { token: Buffer.from(given).toString('base64') };
    const used: string[] = [];
    const authenticator = new LegacyTokenAuthenticator({
      keys: verifyingKeysOf([publicKey]),
      audiences: ['api'],
      clock: new FakeClock(Date.parse('2026-01-31T12:00:00Z')),
      find: (kind) => {
        if (kind === 'ServiceAccount')
          return world.account === false
            ? undefined
            : ({ metadata: { name: 'robot', uid: world.uid ?? 'u1' } } as KubeObject);
        return data && ({ metadata: { name: 'robot-token', labels: world.labels }, data } as unknown as KubeObject);
      },
      onUse: (_secret, day) => used.push(day),
    });
    for (let time = 0; time < 2; time++) {
      const owner = await authenticator.ownerOf(given, audiences);
      assert.equal(owner?.user.name, accepted ? 'system:serviceaccount:a:robot' : undefined);
      if (owner) assert.deepEqual(owner.user.groups.includes('system:serviceaccounts:a'), true);
    }
    assert.deepEqual(used, accepted ? ['2026-01-31', '2026-01-31'] : []);
  });
