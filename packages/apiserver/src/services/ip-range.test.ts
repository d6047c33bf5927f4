import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseIpRange, parseIpRanges } from './ip-range.ts';

suite('ranges of cluster IPs', () => {
  const ranges: readonly (readonly [cidr: string, size: number, first: string, last: string])[] = [
    ['10.96.0.0/30', 2, '10.96.0.1', '10.96.0.2'],
    ['10.96.3.7/16', 65_534, '10.96.0.1', '10.96.255.254'],
    ['fd00:96::/112', 65_535, 'fd00:96::1', 'fd00:96::ffff'],
    ['fd00:96::40/126', 3, 'fd00:96::41', 'fd00:96::43'],
    ['2001:db8:1:2:3:4:5:0/124', 15, '2001:db8:1:2:3:4:5:1', '2001:db8:1:2:3:4:5:f'],
  ];
  for (const [cidr, size, first, last] of ranges)
    test(cidr, () => {
      const range = parseIpRange(cidr);
      assert.deepEqual([range.size, range.address(1), range.address(size)], [size, first, last]);
      assert.deepEqual([range.offset(first), range.offset(last), range.offset(range.address(0))], [1, size, undefined]);
      assert.equal(range.offset(range.address(size + 1)), undefined);
    });

  test('an address is the same however it is written', () => {
    assert.equal(parseIpRange('fd00:96::/112').offset('FD00:0096:0:0::0:10'), 16);
    assert.equal(parseIpRange('fd00:96::/112').offset('10.96.0.1'), undefined);
    assert.equal(parseIpRange('10.96.0.0/16').offset('::ffff:10.96.0.1'), undefined);
  });

  test('two families have one range each, the first is the primary', () => {
    assert.deepEqual(
      parseIpRanges('fd00:96::/112, 10.96.0.0/16').map(({ family }) => family),
      ['IPv6', 'IPv4'],
    );
  });

  const bad = ['', '10.96.0.0', '10.96.0.0/31', '10.96.0.0/7', '10.96.0/16', '300.1.1.0/24', 'fd00::/64', 'fd00::/127'];
  for (const text of [...bad, '10.96.0.0/16,10.97.0.0/16', '10.96.0.0/16,fd00::/112,fd01::/112', '10.96.0.0/16,'])
    test(`"${text}" is refused`, () => {
      assert.throws(() => parseIpRanges(text), /--service-cluster-ip-range: .* is not/);
    });
});
