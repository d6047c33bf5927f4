import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { sampleCluster, viewOf, zone } from '../testing/sample-cluster.ts';
import { addressOfReverseName, dashedAddress, normalAddress } from './normal-address.ts';
import { resolveAddress } from './resolve-address.ts';

const view = viewOf(sampleCluster);

suite('resolveAddress', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['10.96.1.1', ['web.default.svc.cluster.local']],
    ['fd00:96::2', ['dual.default.svc.cluster.local']],
    ['10.244.0.5', ['db-0.db.default.svc.cluster.local']],
    ['10.244.0.7', ['10-244-0-7.plain.default.svc.cluster.local']],
    ['10.244.1.6', []],
    ['10.244.0.9', []],
    ['192.0.2.1', []],
  ];
  for (const [address, names] of cases)
    test(`${address}: ${names.join(' ') || 'no name'}`, () =>
      assert.deepEqual(resolveAddress(address, view, zone), names));
});

suite('addresses as names', () => {
  const reverse: readonly (readonly [string, string | undefined])[] = [
    ['1.1.96.10.in-addr.arpa', '10.96.1.1'],
    ['2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.0.d.f.ip6.arpa', 'fd00:96::2'],
    ['1.96.10.in-addr.arpa', undefined],
    ['1.1.1.96.10.in-addr.arpa', undefined],
    ['300.1.96.10.in-addr.arpa', undefined],
    ['in-addr.arpa', undefined],
    ['1.1.96.10.example', undefined],
  ];
  for (const [name, address] of reverse)
    test(`${name} is ${address ?? 'none'}`, () => assert.equal(addressOfReverseName(name.split('.')), address));

  test('one spelling an address', () => {
    assert.equal(normalAddress('FD00:0096:0:0:0:0:0:2'), 'fd00:96::2');
    assert.equal(normalAddress('10.0.0.1'), '10.0.0.1');
    assert.equal(dashedAddress('fd00:96::2'), 'fd00-96--2');
  });
});
