import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { createCgroupManager } from './cgroup-manager.ts';
import { cgroupFiles, podCgroupLimits } from './pod-cgroup-limits.ts';

const container = (name: string, requests: Record<string, string>, limits: Record<string, string> = {}) =>
  buildContainer(name, { resources: { requests, limits } });

for (const [name, containers, want] of [
  ['best effort', [buildContainer('a')], { cpuShares: 2 }],
  ['burstable', [container('a', { cpu: '250m' }), container('b', { cpu: '250m' })], { cpuShares: 512 }],
  [
    'guaranteed',
    [container('a', { cpu: '1', memory: '1Gi' }, { cpu: '1', memory: '1Gi' })],
    { cpuShares: 1024, cpuQuota: 100_000, memory: 2 ** 30 },
  ],
  [
    'one container without a memory limit',
    [container('a', { cpu: '1' }, { cpu: '1', memory: '1Gi' }), container('b', {}, { cpu: '1' })],
    { cpuShares: 2048, cpuQuota: 200_000 },
  ],
] as const)
  it(`bounds a pod: ${name}`, () => {
    assert.deepEqual(podCgroupLimits(buildPod('p', { containers: [...containers] })), want);
  });

it('bounds a pod by limits of its own', () => {
  const pod = buildPod('p', { containers: [container('a', { cpu: '100m' }, { memory: '1Gi' }), buildContainer('b')] });
  pod.spec.resources = { limits: { cpu: '2', memory: '3Gi' }, requests: { cpu: '500m' } };
  assert.deepEqual(podCgroupLimits(pod), { cpuShares: 512, cpuQuota: 200_000, memory: 3 * 2 ** 30 });
  pod.spec.resources = { limits: { memory: '3Gi' }, requests: { cpu: '500m' } };
  assert.deepEqual(podCgroupLimits(pod), { cpuShares: 512, memory: 3 * 2 ** 30 });
});

it('speaks both versions', () => {
  const limits = { cpuShares: 1024, cpuQuota: 50_000, memory: 1000 };
  assert.deepEqual(
    cgroupFiles(limits, 1).map(({ folder, file, value }) => `${folder}/${file}=${value}`),
    ['cpu/cpu.shares=1024', 'cpu/cpu.cfs_quota_us=50000', 'memory/memory.limit_in_bytes=1000'],
  );
  assert.deepEqual(
    cgroupFiles(limits, 2).map(({ file, value }) => `${file}=${value}`),
    ['cpu.weight=39', 'cpu.max=50000 100000', 'memory.max=1000'],
  );
  assert.deepEqual(
    cgroupFiles({ cpuShares: 2 }, 2).map(({ value }) => value),
    ['1', 'max 100000', 'max'],
  );
});

for (const version of [1, 2] as const)
  it(`makes and removes groups of version ${version}`, async (t) => {
    const mountpoint = await mkdtemp(join(tmpdir(), 'cgroup-'));
    t.after(() => rm(mountpoint, { recursive: true }));
    if (version === 2) await writeFile(join(mountpoint, 'cgroup.controllers'), 'cpu memory pids');
    else for (const name of ['cpu', 'memory', 'pids', 'blkio']) await mkdir(join(mountpoint, name));
    const manager = await createCgroupManager({
      log: silentLogger(),
      mountpoint,
      root: '/',
      allocatable: { milliCpu: 2000, memory: 2 ** 30 },
    });
    assert.ok(manager);
    const pod = buildPod('p', { containers: [container('a', { cpu: '500m' })] }, { uid: 'u1' });
    await manager.setUp(pod);
    assert.deepEqual(await manager.present(), ['u1']);
    const at = (path: string) =>
      readFile(join(mountpoint, version === 1 ? 'cpu' : '', 'kubepods/burstable', path), 'utf8');
    const file = version === 1 ? 'cpu.shares' : 'cpu.weight';
    assert.equal(await at(`podu1/${file}`), version === 1 ? '512' : '20');
    assert.equal(await at(file), await at(`podu1/${file}`), 'all of the class weigh what they ask for');
    // A real group's files go with it.
    for (const folder of version === 1 ? ['cpu', 'memory', 'pids'] : ['.'])
      for (const name of [
        'cpu.shares',
        'cpu.cfs_quota_us',
        'cpu.weight',
        'cpu.max',
        'memory.max',
        'memory.limit_in_bytes',
        'cgroup.subtree_control',
      ])
        await rm(join(mountpoint, folder, 'kubepods/burstable/podu1', name), { force: true });
    await manager.remove('u1');
    assert.deepEqual(await manager.present(), []);
    await assert.rejects(stat(join(mountpoint, 'memory/kubepods/burstable/podu1')));
  });

it('bounds by the controllers of version 2 that are at hand', async (t) => {
  const mountpoint = await mkdtemp(join(tmpdir(), 'cgroup-'));
  t.after(() => rm(mountpoint, { recursive: true }));
  await writeFile(join(mountpoint, 'cgroup.controllers'), 'memory pids hugetlb\n');
  const allocatable = { milliCpu: 2000, memory: 2 ** 30 };
  const manager = await createCgroupManager({ log: silentLogger(), mountpoint, root: '/delegated', allocatable });
  await manager?.setUp(buildPod('p', { containers: [container('a', { cpu: '500m' })] }, { uid: 'u1' }));
  const group = join(mountpoint, 'delegated/kubepods/burstable/podu1');
  assert.deepEqual((await readdir(group)).sort(), ['cgroup.subtree_control', 'memory.max']);
  assert.equal(await readFile(join(mountpoint, 'cgroup.subtree_control'), 'utf8'), '+pids', 'handed down from the top');
});

it('leaves placing to the runtime where nothing can be made', async () => {
  const options = { log: silentLogger(), root: '/', allocatable: { milliCpu: 1, memory: 1 } };
  assert.equal(await createCgroupManager({ ...options, mountpoint: '/nowhere/at-all' }), undefined);
});
