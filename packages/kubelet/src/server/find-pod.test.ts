import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildPod } from '../testing/build-pod.ts';
import { findPod } from './find-pod.ts';

const named = (name: string, uid: string) => {
  const pod = buildPod(name, {});
  return { ...pod, metadata: { ...pod.metadata, uid } };
};
const pods = [named('a', 'old'), named('b', 'other'), named('a', 'new')];
const find = (pod: string, uid?: string) => findPod(pods, { namespace: 'default', pod, uid })?.metadata.uid;

it('of a name means the one that came last', () => {
  assert.equal(find('a'), 'new');
  assert.equal(find('b'), 'other');
  assert.equal(find('c'), undefined);
});

it('of a UID means that one', () => {
  assert.equal(find('a', 'old'), 'old');
  assert.equal(find('b', 'old'), undefined);
});
