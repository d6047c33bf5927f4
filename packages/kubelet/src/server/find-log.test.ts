import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ContainerStatus } from '@coxswain/api';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { findLog } from './find-log.ts';

const pod = buildPod('web', { containers: [buildContainer('c')] });
const status = (more: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'c',
  ready: false,
  restartCount: 0,
  image: '',
  imageID: '',
  ...more,
});
const running = status({ state: { running: {} }, containerID: 'docker://a' });
const looping = status({
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode: 1, containerID: 'docker://b' } },
});

for (const [name, found, container, previous, want] of [
  ['running', running, 'c', false, 'a'],
  ['crash loop', looping, 'c', false, 'b'],
  ['crash loop, previous', looping, 'c', true, 'b'],
  ['never restarted, previous', running, 'c', true, '400 previous terminated container "c" in pod "web" not found'],
  [
    'creating',
    status({ state: { waiting: { reason: 'ContainerCreating' } } }),
    'c',
    false,
    '400 container "c" in pod "web" is waiting to start: ContainerCreating',
  ],
  [
    'no image',
    status({ state: { waiting: { reason: 'ImagePullBackOff' } } }),
    'c',
    false,
    '400 container "c" in pod "web" is waiting to start: trying and failing to pull image',
  ],
  ['unknown container', running, 'x', false, '404 container "x" not found in pod "web"'],
] as const) {
  it(name, () => {
    const target = findLog(pod, { containerStatuses: [found] }, container, previous);
    assert.equal(target.kind === 'container' ? target.id : `${target.code} ${target.message}`, want);
  });
}
