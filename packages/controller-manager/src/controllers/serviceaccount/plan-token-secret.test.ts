import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Secret } from '@coxswain/api';
import { ACCOUNT_NAME, ACCOUNT_UID, planTokenSecret, TOKEN_TYPE } from './plan-token-secret.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const filled = { token: base64('jwt'), 'ca.crt': base64('PEM'), namespace: base64('a') };
const without = (key: keyof typeof filled, value?: string) => ({ ...filled, [key]: value ?? '' });
const bound = { [ACCOUNT_UID]: 'u1' };
const secret = (data: Record<string, string>, annotations: object, metadata: object = {}): Secret => ({
  metadata: { name: 't', namespace: 'a', annotations: { [ACCOUNT_NAME]: 'robot', ...annotations }, ...metadata },
  type: TOKEN_TYPE,
  data,
});
const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z' };

/** What happens, or what is filled in. `uid` is that of the account, if there is one. */
const rows: [rule: string, given: Secret, uid: string | undefined, rootCA: string | undefined, plan: string][] = [
  ['a new one gets all four', secret({}, {}), 'u1', 'PEM', 'uid token ca namespace'],
  ['a complete one stays as it is', secret(filled, bound), 'u1', 'PEM', 'none'],
  ['a token that was taken out comes again', secret(without('token'), bound), 'u1', 'PEM', 'token'],
  ['so does the namespace', secret(without('namespace'), bound), 'u1', 'PEM', 'namespace'],
  ['an empty uid is filled in', secret(filled, { [ACCOUNT_UID]: '' }), 'u1', 'PEM', 'uid'],
  ['another root certificate replaces the old', secret(filled, bound), 'u1', 'NEW', 'ca'],
  ['no root certificate is written without one', secret(without('ca.crt'), bound), 'u1', undefined, 'none'],
  ['the account is gone', secret(filled, bound), undefined, 'PEM', 'delete'],
  ['it was never there', secret({}, {}), undefined, 'PEM', 'delete'],
  ['another account has the name now', secret(filled, bound), 'u2', 'PEM', 'delete'],
  ['one on its way out is left alone', secret(filled, bound, leaving), undefined, 'PEM', 'none'],
];

for (const [rule, given, uid, rootCA, expected] of rows)
  test(`token Secret: ${rule}`, () => {
    const account = uid === undefined ? undefined : { metadata: { name: 'robot', namespace: 'a', uid } };
    const { kind, ...needs } = planTokenSecret(given, account, rootCA);
    const found = Object.entries(needs).flatMap(([what, needed]) => (needed ? [what] : []));
    assert.equal(kind === 'fill' ? found.join(' ') : kind, expected);
  });
