import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpRange } from './ip-range.ts';
import { pickFree } from './pool.ts';
import { parsePortRange } from './port-range.ts';

test('a pool gives out everything once, the low members last', () => {
  const given: number[] = [];
  for (;;) {
    const member = pickFree(254, new Set(given));
    if (member === undefined) break;
    given.push(member);
  }
  assert.equal(new Set(given).size, 254);
  assert.ok(given.slice(0, 238).every((member) => member > 16));
});

test('an address range knows its members', () => {
  const range = parseIpRange('10.96.0.0/16');
  assert.equal(range.size, 65534);
  assert.equal(range.address(1), '10.96.0.1');
  assert.equal(range.address(257), '10.96.1.1');
  for (const [address, offset] of [
    ['10.96.1.1', 257],
    ['10.96.0.0', undefined],
    ['10.96.255.255', undefined],
    ['10.97.0.1', undefined],
    ['010.96.0.1', undefined],
    ['x', undefined],
  ] as const)
    assert.equal(range.offset(address), offset, address);
  for (const cidr of ['10.0.0.0', '10.0.0.0/31', 'x/16', '::/64']) assert.throws(() => parseIpRange(cidr), /IPv4 CIDR/);
});

test('a port range is read', () => {
  assert.deepEqual(parsePortRange('30000-32767'), { first: 30000, last: 32767 });
  for (const text of ['1', '5-4', '0-9', '1-70000']) assert.throws(() => parsePortRange(text), /range of ports/);
});
