import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAddresses } from './address-range.ts';

test('lists the hosts of a range', () => {
  assert.deepEqual(hostAddresses('10.0.0.4/30'), ['10.0.0.5', '10.0.0.6']);
  assert.deepEqual(hostAddresses('10.0.0.7/30'), ['10.0.0.5', '10.0.0.6']);
  const many = hostAddresses('172.31.240.0/24');
  assert.equal(many.length, 254);
  assert.equal(many.at(-1), '172.31.240.254');
});

for (const bad of ['10.0.0.0', '10.0.0.0/8', '10.0.0.0/31', '300.0.0.0/24', '::1/24', ''])
  test(`refuses ${JSON.stringify(bad)}`, () => {
    assert.throws(() => hostAddresses(bad), RangeError);
  });
