import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PodStatus } from '@coxswain/api';
import { buildPod } from '../testing/build-pod.ts';
import { statusPatch } from './status-patch.ts';

const pod = (status: PodStatus) => ({ ...buildPod('p', {}, { uid: 'u' }), status });
const ready = { type: 'Ready', status: 'True', lastTransitionTime: 't' };

for (const [name, old, own, status] of [
  ['nothing', { phase: 'Running', conditions: [ready] }, { phase: 'Running', conditions: [ready] }, undefined],
  ['only another owner’s condition', { conditions: [{ type: 'x/y', status: 'True' }] }, {}, undefined],
  ['a field', { phase: 'Pending' }, { phase: 'Running' }, { phase: 'Running' }],
  ['a field gone', { phase: 'Failed', reason: 'Evicted' }, { phase: 'Failed' }, { reason: null }],
  [
    'a condition whose reason goes',
    { conditions: [{ ...ready, status: 'False', reason: 'ContainersNotReady' }] },
    { conditions: [ready] },
    { conditions: [{ ...ready, reason: null }] },
  ],
  [
    'another address',
    { podIP: '1', podIPs: [{ ip: '1' }] },
    { podIP: '2', podIPs: [{ ip: '2' }] },
    { podIP: '2', podIPs: [{ ip: '2' }, { $patch: 'delete', ip: '1' }] },
  ],
] as [string, PodStatus, PodStatus, unknown][]) {
  it(`patches ${name}`, () => {
    assert.deepEqual(statusPatch(pod(old), own), status && { metadata: { uid: 'u' }, status });
  });
}
