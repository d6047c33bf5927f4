import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from './pod.ts';
import { defaultPod } from './pod-defaults.ts';

test("a pod's own requests are its containers', and its own limits where they say nothing", () => {
  const requestsOf = (own: Pod['spec']['resources']) => {
    const containers = ['a', 'b'].map((name) => ({ name, image: 'i', resources: { requests: { cpu: '100m' } } }));
    const pod: Pod = { metadata: { name: 'p' }, spec: { containers, ...(own ? { resources: own } : {}) } };
    defaultPod(pod);
    return pod.spec.resources?.requests;
  };
  assert.equal(requestsOf(undefined), undefined);
  assert.deepEqual(requestsOf({ limits: { cpu: '1', memory: '1Gi' } }), { cpu: '200m', memory: '1Gi' });
  assert.deepEqual(requestsOf({ limits: { cpu: '1' }, requests: { cpu: '500m' } }), { cpu: '500m' });
  assert.deepEqual(requestsOf({ requests: { memory: '1Gi' } }), { memory: '1Gi' });
});
