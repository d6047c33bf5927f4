import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Pod } from '@coxswain/api';
import { buildPod } from '../testing/build-pod.ts';
import { classifyUpdate } from './classify-update.ts';

const base = buildPod('p', { readinessGates: [{ conditionType: 'x/y' }] }, { uid: 'u', resourceVersion: '1' });
const changed = (change: (pod: Pod) => unknown) => {
  const pod = structuredClone(base);
  change(pod);
  return pod;
};

const withStatus = (type: string) =>
  changed((pod) => {
    pod.status = { conditions: [{ type, status: 'True' }] };
  });

const rows: [name: string, next: Pod, want: string][] = [
  ['nothing', base, 'status'],
  ['resource version', changed(({ metadata }) => Object.assign(metadata, { resourceVersion: '2' })), 'status'],
  ['condition of ours', withStatus('Ready'), 'status'],
  ['readiness gate', withStatus('x/y'), 'sync'],
  ['label', changed(({ metadata }) => Object.assign(metadata, { labels: { a: 'b' } })), 'sync'],
  ['deletion', changed(({ metadata }) => Object.assign(metadata, { deletionTimestamp: 't' })), 'sync'],
  ['image', changed(({ spec }) => Object.assign(spec.containers[0] as object, { image: 'x:2' })), 'sync'],
];

for (const [name, next, want] of rows) {
  it(`${name}: ${want}`, () => assert.equal(classifyUpdate(next, base), want));
}
