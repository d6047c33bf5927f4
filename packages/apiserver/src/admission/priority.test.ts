import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pod, podKind, priorityClassKind } from '@coxswain/api';
import { creation, fakeClusterObjects } from '../testing/fake-cluster-objects.ts';
import { priority } from './priority.ts';

const pod = (spec: object = {}) => ({ metadata: { name: 'p' }, spec: { containers: [], ...spec } });
const high = { metadata: { name: 'high' }, value: 1000, preemptionPolicy: 'Never' };
const usual = { metadata: { name: 'usual' }, value: 7, globalDefault: true };

async function admitted(spec: object, ...classes: object[]): Promise<Pod['spec']> {
  const object = pod(spec);
  await priority(fakeClusterObjects([priorityClassKind, ...classes])).mutate?.(creation(podKind, object));
  return object.spec as unknown as Pod['spec'];
}

test('a class gives its value and policy', async () => {
  const { priority: value, preemptionPolicy } = await admitted({ priorityClassName: 'high' }, high);
  assert.deepEqual([value, preemptionPolicy], [1000, 'Never']);
});

test('without a class the default one counts, else zero', async () => {
  assert.equal((await admitted({}, high, usual)).priorityClassName, 'usual');
  const { priority: value, preemptionPolicy, priorityClassName } = await admitted({}, high);
  assert.deepEqual([value, preemptionPolicy, priorityClassName], [0, 'PreemptLowerPriority', undefined]);
});

test('system classes are known before their objects', async () => {
  assert.equal((await admitted({ priorityClassName: 'system-node-critical' })).priority, 2_000_001_000);
});

test('what contradicts the class is refused', async () => {
  await assert.rejects(admitted({ priorityClassName: 'none' }), {
    message: 'pods "p" is forbidden: no PriorityClass with name none was found',
  });
  await assert.rejects(admitted({ priorityClassName: 'high', priority: 5 }, high), {
    message:
      /the integer value of priority \(5\) must not be provided in pod spec; priority admission controller computed 1000/,
  });
  await assert.rejects(admitted({ priorityClassName: 'high', preemptionPolicy: 'PreemptLowerPriority' }, high), {
    message:
      /the string value of PreemptionPolicy \(PreemptLowerPriority\) must not be provided in pod spec; .* computed Never/,
  });
});

test('one class is the default', () => {
  const plugin = priority(fakeClusterObjects([priorityClassKind, usual]));
  const other = { metadata: { name: 'other' }, value: 1, globalDefault: true };
  assert.throws(() => plugin.validate?.(creation(priorityClassKind, other)), {
    message: /PriorityClass usual is already marked as default\. Only one default can exist/,
  });
  plugin.validate?.(creation(priorityClassKind, usual, { operation: 'UPDATE' }));
});
