import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '@coxswain/api';
import fc from 'fast-check';
import { decodeContinueToken, encodeContinueToken } from './continue-token.ts';

test('a token says the same after a trip through its text', () => {
  const key = fc.stringMatching(/^[a-z0-9-]{1,20}(\/[a-z0-9-]{1,20})?$/);
  fc.assert(
    fc.property(fc.oneof(fc.constant(-1), fc.integer({ min: 1 })), key, (revision, after) => {
      assert.deepEqual(decodeContinueToken(encodeContinueToken({ revision, after })), { revision, after });
    }),
  );
});

test('any text, and any JSON, is a token or a StatusError', () => {
  const text = fc.oneof(
    fc.string(),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
    fc
      .record({ v: fc.constant('meta.k8s.io/v1'), rv: fc.jsonValue(), start: fc.jsonValue() })
      .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  );
  fc.assert(
    fc.property(text, (token) => {
      try {
        const { revision, after } = decodeContinueToken(token);
        assert.ok(Number.isInteger(revision) && revision !== 0 && !after.includes('..'));
      } catch (error) {
        assert.ok(error instanceof StatusError, String(error));
        assert.equal(error.status.code, 400);
      }
    }),
    { numRuns: 2000 },
  );
});
