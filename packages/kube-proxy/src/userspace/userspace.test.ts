import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { endpointAt, sampleRule } from '../testing/sample-rule.ts';
import { sampleRuleSet } from '../testing/sample-rule-set.ts';
import { Balancer } from './balancer.ts';
import { type ListenerPlan, planListeners } from './plan-listeners.ts';

test('a listener for each address and port that leads somewhere', () => {
  const { listeners, addresses } = planListeners(sampleRuleSet, ['172.30.0.2']);
  assert.deepEqual(
    [...listeners].map(([key, { endpoints }]) => `${key} -> ${endpoints.map(({ ip }) => ip).join(' ')}`),
    [
      'TCP 10.96.7.7 80 -> 10.244.0.5 10.244.1.5',
      'UDP 10.96.0.10 53 -> 10.244.0.6',
      'TCP 10.96.0.11 80 -> 10.244.0.7 10.244.1.7',
      'TCP 198.51.100.7 80 -> 10.244.0.7',
      'TCP 203.0.113.9 80 -> 10.244.0.7',
      'TCP 172.30.0.2 30080 -> 10.244.0.7',
      'TCP 10.96.0.12 80 -> 10.244.0.8',
      'TCP 172.30.0.2 30081 -> 10.244.0.8',
    ],
  );
  assert.ok(addresses.has('10.96.0.13'), 'a Service without endpoints keeps its address');
});

test('an address of another node is left to it, one of this node is listened on', () => {
  const nodes = new Set(['203.0.113.9', '172.30.0.2']);
  const { listeners, addresses } = planListeners(sampleRuleSet, ['172.30.0.2'], nodes);
  assert.ok(!addresses.has('203.0.113.9') && !addresses.has('172.30.0.2'));
  assert.ok(!listeners.has('TCP 203.0.113.9 80') && listeners.has('TCP 172.30.0.2 30080'));
  const own = planListeners(sampleRuleSet, ['203.0.113.9'], nodes);
  assert.ok(!own.addresses.has('203.0.113.9') && own.listeners.has('TCP 203.0.113.9 80'));
});

test('of two Services with one address and port the first has it', () => {
  const services = new Map([
    ['a/a', [sampleRule(['10.0.0.1:1'])]],
    ['b/b', [sampleRule(['10.0.0.2:1'])]],
  ]);
  const [plan] = planListeners({ services }, []).listeners.values();
  assert.equal(plan?.endpoints[0]?.ip, '10.0.0.1');
});

const plan = (more: Partial<ListenerPlan> = {}): ListenerPlan => ({
  protocol: 'TCP',
  address: '10.96.7.7',
  port: 80,
  endpoints: ['10.0.0.1:1', '10.0.0.2:1', '10.0.0.3:1'].map((text) => endpointAt(text)),
  sourceRanges: [],
  ...more,
});

test('endpoints take turns', () => {
  const balancer = new Balancer(plan(), new FakeClock());
  const chosen = Array.from({ length: 6 }, () => balancer.choose('c')?.ip.at(-1));
  assert.equal(chosen.join(''), '123123');
});

test('a client stays until its time is over, its endpoint goes or does not answer', () => {
  const clock = new FakeClock();
  const balancer = new Balancer(plan({ affinitySeconds: 10 }), clock);
  const choose = (again = false) => balancer.choose('c', again)?.ip.at(-1);
  assert.equal([choose(), choose(), choose()].join(''), '111');
  assert.equal(choose(true), '2');
  clock.advance(9000);
  assert.equal(choose(), '2');
  clock.advance(10_000);
  assert.equal(choose(), '3');
  balancer.update(plan({ affinitySeconds: 10, endpoints: [endpointAt('10.0.0.1:1')] }));
  assert.equal(choose(), '1');
});

test('source ranges', () => {
  const balancer = new Balancer(plan({ sourceRanges: ['192.0.2.0/24', '198.51.100.7/32'] }), new FakeClock());
  assert.deepEqual(
    ['192.0.2.9', '198.51.100.7', '198.51.100.8'].map((client) => balancer.allows(client)),
    [true, true, false],
  );
});
