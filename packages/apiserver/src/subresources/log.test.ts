import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '@coxswain/api';
import { containerOf } from './log.ts';

const pod = (containers: string[], initContainers: string[] = [], annotations: Record<string, string> = {}) =>
  ({
    metadata: { name: 'p', annotations },
    spec: {
      containers: containers.map((name) => ({ name })),
      initContainers: initContainers.map((name) => ({ name })),
    },
  }) as unknown as Pod;

test('the only container needs no name', () => assert.equal(containerOf(pod(['a']), ''), 'a'));
test('a named container is taken, init containers too', () =>
  assert.equal(containerOf(pod(['a', 'b'], ['i']), 'i'), 'i'));
test('the default container is taken', () =>
  assert.equal(containerOf(pod(['a', 'b'], [], { 'kubectl.kubernetes.io/default-container': 'b' }), ''), 'b'));
test('several containers need a name', () => {
  assert.throws(() => containerOf(pod(['a', 'b']), ''), {
    message: 'a container name must be specified for pod p, choose one of: [a b]',
  });
  assert.throws(() => containerOf(pod(['a'], ['i']), ''), {
    message: 'a container name must be specified for pod p, choose one of: [a] or one of the init containers: [i]',
  });
});
test('an unknown container is refused', () =>
  assert.throws(() => containerOf(pod(['a']), 'x'), { message: 'container x is not valid for pod p' }));
