import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestTimeout } from './request-timeout.ts';

for (const [query, expected] of [
  ['', undefined],
  ['timeout=', undefined],
  ['timeout=0s', undefined],
  ['timeout=2s', 2000],
  ['timeout=1m30s', undefined],
] as const)
  test(`?${query}`, () => assert.equal(requestTimeout(new URLSearchParams(query), 60_000), expected));

test('what is no duration is refused', () => {
  const refused = { message: 'invalid timeout specified in the request URL' };
  assert.throws(() => requestTimeout(new URLSearchParams('timeout=soon'), 60_000), refused);
});
