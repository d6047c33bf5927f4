import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container, PodSpec } from '@coxswain/api';
import { makePod } from '../testing/index.ts';
import { podRequests } from './pod-requests.ts';

const GI = 2 ** 30;
const asks = (name: string, requests?: Record<string, string>, more: Partial<Container> = {}): Container => ({
  name,
  ...(requests ? { resources: { requests } } : {}),
  ...more,
});
const sidecar = { restartPolicy: 'Always' };

const cases: readonly [name: string, spec: Partial<PodSpec>, cpu: number, memory: number][] = [
  ['containers add up', { containers: [asks('a', { cpu: '100m' }), asks('b', { cpu: '1', memory: '1Gi' })] }, 1100, GI],
  [
    'the largest init container counts when it needs more',
    { containers: [asks('a', { cpu: '1' })], initContainers: [asks('i', { cpu: '2' }), asks('j', { memory: '1Gi' })] },
    2000,
    GI,
  ],
  [
    'sidecars run beside containers and beside later init containers',
    {
      containers: [asks('a', { cpu: '1' })],
      initContainers: [
        asks('before', { cpu: '2500m' }),
        asks('s', { cpu: '500m' }, sidecar),
        asks('after', { cpu: '3' }),
      ],
    },
    3500,
    0,
  ],
  ['overhead', { containers: [asks('a', { cpu: '1' })], overhead: { cpu: '250m', memory: '1Gi' } }, 1250, GI],
  [
    'pod-level requests come instead',
    { containers: [asks('a', { cpu: '1', memory: '1Gi' })], resources: { requests: { cpu: '2' } } },
    2000,
    GI,
  ],
  ['rounded up', { containers: [asks('a', { cpu: '0.1005', memory: '1.5' })] }, 101, 2],
];

for (const [name, spec, cpu, memory] of cases) {
  test(name, () => {
    const requests = podRequests(makePod('p', { spec }));
    assert.deepEqual([requests.milliCpu, requests.memory], [cpu, memory]);
  });
}

test('for scoring, containers that ask for nothing count a little', () => {
  const { milliCpu, memory } = podRequests(
    makePod('p', { spec: { containers: [asks('a'), asks('b', { cpu: '1' })] } }),
    true,
  );
  assert.deepEqual([milliCpu, memory], [1100, 400 * 2 ** 20]);
});
