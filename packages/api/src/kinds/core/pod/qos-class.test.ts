import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PodSpec } from './pod-spec.ts';
import { qosClassOf } from './qos-class.ts';

const same = { cpu: '500m', memory: '1Gi' };
const spec = (...resources: readonly object[]) =>
  ({ containers: resources.map((each, index) => ({ name: `c${index}`, resources: each })) }) as unknown as PodSpec;

for (const [name, resources, expected] of [
  ['nothing', [{}, {}], 'BestEffort'],
  ['zero', [{ requests: { cpu: '0' } }], 'BestEffort'],
  ['equal limits and requests', [{ limits: same, requests: same }], 'Guaranteed'],
  ['limits only', [{ limits: same }], 'Guaranteed'],
  ['the same amount in other words', [{ limits: { cpu: '0.5', memory: '1024Mi' }, requests: same }], 'Guaranteed'],
  ['one container without', [{ limits: same }, {}], 'Burstable'],
  ['less than the limit', [{ limits: same, requests: { cpu: '100m', memory: '1Gi' } }], 'Burstable'],
  ['a request of zero', [{ limits: same, requests: { cpu: '0', memory: '1Gi' } }], 'Burstable'],
  ['what is no quantity', [{ limits: { cpu: 'much', memory: '1Gi' } }], 'Burstable'],
  ['memory alone', [{ limits: { memory: '1Gi' } }], 'Burstable'],
] as const) {
  it(`is ${expected} with ${name}`, () => assert.equal(qosClassOf(spec(...resources)), expected));
}

it('goes by the pod alone where it says something itself', () => {
  const inside = spec({ limits: same }, {});
  assert.equal(qosClassOf({ ...inside, resources: { limits: same } }), 'Guaranteed');
  assert.equal(qosClassOf({ ...inside, resources: { requests: { cpu: '1' } } }), 'Burstable');
});
