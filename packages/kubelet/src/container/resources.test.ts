import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Container, type Pod, qosClassOf, type ResourceRequirements } from '@coxswain/api';
import { containerResources, milliCpuToQuota, milliCpuToShares, podRequests } from './resources.ts';

const GIB = 2 ** 30;

function pod(...resources: (ResourceRequirements | undefined)[]): Pod {
  const containers = resources.map((each, index) => ({ name: `c${index}`, resources: each }));
  return { metadata: { name: 'p' }, spec: { containers } };
}

const same = { cpu: '500m', memory: '1Gi' };

it('turns millicores into shares and quota', () => {
  assert.deepEqual([0, 1, 100, 1000, 4000, 300_000].map(milliCpuToShares), [2, 2, 102, 1024, 4096, 262_144]);
  assert.deepEqual([0, 1, 100, 1500].map(milliCpuToQuota), [0, 1000, 10_000, 150_000]);
});

it('makes cgroup settings', () => {
  const of = (resources: ResourceRequirements) => {
    const it = pod(resources);
    const made = containerResources(it, it.spec.containers[0] as Container, 8 * GIB);
    return [made.cpuShares, made.cpuQuota, made.memoryLimitInBytes, made.oomScoreAdj];
  };
  assert.deepEqual(of({}), [2, 0, 0, 1000]);
  assert.deepEqual(of({ limits: same }), [512, 50_000, GIB, -997]);
  assert.deepEqual(of({ requests: { cpu: '250m', memory: '2Gi' } }), [256, 0, 0, 750]);
  assert.deepEqual(of({ requests: { cpu: '250m' } }), [256, 0, 0, 999]);
});

it('sums what a pod asks for', () => {
  const it = pod({ requests: { cpu: '100m', memory: '1Ki' } }, { requests: { cpu: '200m' } });
  it.spec.initContainers = [
    { name: 'big', resources: { requests: { cpu: '1' } } },
    { name: 'side', restartPolicy: 'Always', resources: { requests: { cpu: '50m' } } },
  ];
  assert.deepEqual(podRequests(it), { cpu: 1000, memory: 1024 });
});

it('takes what the pod says of itself over its containers', () => {
  const it = pod({ requests: { cpu: '100m', memory: '1Gi' } }, undefined);
  it.spec.resources = { limits: { cpu: '1', memory: '4Gi' }, requests: { cpu: '500m', memory: '2Gi' } };
  assert.deepEqual(podRequests(it), { cpu: 500, memory: 2 * GIB });
  const of = (index: number) => {
    const made = containerResources(it, it.spec.containers[index] as Container, 8 * GIB);
    return [made.cpuShares, made.cpuQuota, made.memoryLimitInBytes, made.oomScoreAdj];
  };
  assert.deepEqual(of(0), [102, 100_000, 4 * GIB, 812]);
  assert.deepEqual(of(1), [2, 100_000, 4 * GIB, 937]);
  assert.equal(qosClassOf(it.spec), 'Burstable');
  it.spec.resources = { limits: same, requests: same };
  assert.equal(qosClassOf(it.spec), 'Guaranteed');
});
