import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { advertiseAddress } from './advertise-address.ts';

const link = (address: string, internal: boolean) => ({ address, family: 'IPv4', internal }) as NetworkInterfaceInfo;
const interfaces = { lo: [link('127.0.0.1', true)], eth0: [link('192.0.2.5', false)] };

for (const [given, bind, expected] of [
  ['192.0.2.9', '0.0.0.0', '192.0.2.9'],
  [undefined, '127.0.0.1', '192.0.2.5'],
  [undefined, '192.0.2.7', '192.0.2.7'],
  [undefined, '0.0.0.0', '192.0.2.5'],
  ['', '::', '192.0.2.5'],
] as const)
  test(`advertised: flag ${given}, bound to ${bind}`, () =>
    assert.equal(advertiseAddress(given, bind, interfaces), expected));

test('a machine without network advertises loopback', () =>
  assert.equal(advertiseAddress(undefined, '0.0.0.0', { lo: interfaces.lo }), '127.0.0.1'));
