import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { acceptsGzip, gzipped } from './gzip.ts';

for (const [accepted, expected] of [
  [undefined, false],
  ['gzip', true],
  ['deflate, gzip;q=0.5, br', true],
  ['*', true],
  ['gzip;q=0', false],
  ['gzip;q=0.0', false],
  ['identity', false],
  ['x-gzip', false],
] as const)
  test(`Accept-Encoding: ${accepted} ${expected ? 'takes' : 'refuses'} gzip`, () => {
    assert.equal(acceptsGzip(accepted === undefined ? {} : { 'accept-encoding': accepted }), expected);
  });

test('pieces come out as one gzip stream', async () => {
  const pieces = [Buffer.alloc(300_000, 'a'), Buffer.from('b'), Buffer.alloc(70_000, 'c')];
  const out: Buffer[] = [];
  for await (const chunk of gzipped(pieces)) out.push(chunk);
  const all = Buffer.concat(out);
  assert.ok(all.length < 10_000);
  assert.ok(gunzipSync(all).equals(Buffer.concat(pieces)));
});
