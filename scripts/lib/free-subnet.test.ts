import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeSubnet } from './free-subnet.ts';

for (const [what, taken, expected] of [
  ['nothing else there', [], '172.30.96.0/24'],
  ['others elsewhere', ['172.17.0.0/16', '10.0.0.7/8'], '172.30.96.0/24'],
  ['the same range', ['172.30.96.0/24'], '172.30.97.0/24'],
  ['an address within a wider one', ['172.30.97.9/23'], '172.30.98.0/24'],
  ['narrower ones', ['172.30.96.128/25', '172.30.97.252/30'], '172.30.98.0/24'],
] as const) {
  test(`the nodes' range with ${what}`, () => assert.equal(freeSubnet(taken), expected));
}

test('no range is free', () => {
  assert.throws(() => freeSubnet(['172.16.0.0/12']), /COXSWAIN_SUBNET/);
});
