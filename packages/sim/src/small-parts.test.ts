import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFlags, UsageError } from '@coxswain/foundation';
import { FakeClock } from '@coxswain/foundation/testing';
import { noEvents } from '@coxswain/kubelet';
import { MAX_NODES, SIM_FLAGS, simOptionsFrom } from './flags.ts';
import { hollowAddresses } from './hollow-addresses.ts';
import { limitEvents } from './limit-events.ts';

test('nodes and their pods have addresses of their own', () => {
  assert.equal(hollowAddresses(0).node, '198.18.0.0');
  assert.equal(hollowAddresses(MAX_NODES - 1).node, '198.18.126.255');
  assert.equal(hollowAddresses(258).pod(0), '10.130.2.2');
  assert.equal(hollowAddresses(MAX_NODES - 1).pod(252), '10.255.255.254');
  const nodes = new Set(Array.from({ length: MAX_NODES }, (_, i) => hollowAddresses(i).node));
  assert.equal(nodes.size, MAX_NODES);
});

for (const [name, argv, message] of [
  ['no kubeconfig', [], /--kubeconfig is required/],
  ['no nodes', ['--kubeconfig=k', '--nodes=0'], /invalid argument "0" for "--nodes" flag: want 1 to/],
  ['too many nodes', ['--kubeconfig=k', '--nodes=100000'], /invalid argument "100000" for "--nodes"/],
  ['no rate', ['--kubeconfig=k', '--start-rate=0'], /invalid argument "0" for "--start-rate"/],
  ['memory', ['--kubeconfig=k', '--memory=much'], /invalid argument "much" for "--memory" flag: want a quantity/],
] as const)
  test(`a mistake in a flag is told: ${name}`, () => {
    assert.throws(
      () => simOptionsFrom(parseFlags(SIM_FLAGS, argv).flags, '/tmp/x'),
      (error: Error) => error instanceof UsageError && message.test(error.message),
    );
  });

test('events beyond the rate are lost', () => {
  const clock = new FakeClock();
  let seen = 0;
  const events = limitEvents({ ...noEvents, node: () => seen++ }, { qps: 10, burst: 3, clock });
  const say = (times: number) => {
    for (let i = 0; i < times; i++) events.node({ metadata: { name: 'n' } }, 'Normal', 'Reason', 'message');
  };
  say(5);
  assert.equal(seen, 3);
  clock.advance(100);
  say(5);
  assert.equal(seen, 4);
  clock.advance(60_000);
  say(10);
  assert.equal(seen, 7);
});
