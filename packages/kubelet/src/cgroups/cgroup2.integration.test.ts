import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { systemNodeStats } from '../stats/node-stats.ts';
import { buildContainer, buildPod } from '../testing/build-pod.ts';
import { createCgroupManager } from './cgroup-manager.ts';

/** The kernel's own hierarchy, wherever the machine has it: a second mount of it shows the same groups. */
let mountpoint = '';
const root = `/coxswain-test-${process.pid}`;
before(() => {
  mountpoint = mkdtempSync(join(tmpdir(), 'cgroup2-'));
  execFileSync('mount', ['-t', 'cgroup2', 'none', mountpoint]);
});
after(() => {
  for (const group of ['kubepods/burstable', 'kubepods/besteffort', 'kubepods', ''])
    rmdirSync(join(mountpoint, root, group));
  execFileSync('umount', [mountpoint]);
  rmdirSync(mountpoint);
});

it('makes groups in a real cgroup2, bounds them as far as it has controllers, and ends what is left in them', async (t) => {
  const allocatable = { milliCpu: 2000, memory: 2 ** 30 };
  const manager = await createCgroupManager({ log: silentLogger(), mountpoint, root, allocatable });
  assert.ok(manager);
  const container = buildContainer('a', {
    resources: { requests: { cpu: '500m' }, limits: { cpu: '1', memory: '64Mi' } },
  });
  await manager.setUp(buildPod('p', { containers: [container] }, { uid: 'u1' }));
  assert.deepEqual(await manager.present(), ['u1']);
  const pod = join(mountpoint, root, 'kubepods/burstable/podu1');
  const read = (file: string) => readFileSync(join(pod, file), 'utf8').trim();
  // On a machine that leaves cpu and memory to v1 the kernel lists neither here.
  const has = read('cgroup.controllers').split(' ');
  const want = { cpu: { 'cpu.weight': '20', 'cpu.max': '100000 100000' }, memory: { 'memory.max': `${64 * 2 ** 20}` } };
  for (const [controller, files] of Object.entries(want))
    for (const [file, value] of Object.entries(files)) {
      if (has.includes(controller)) assert.equal(read(file), value);
      else await assert.rejects(stat(join(pod, file)));
    }

  const child = spawn('sh', ['-c', 'while true; do :; done']);
  t.after(() => child.kill('SIGKILL'));
  writeFileSync(join(pod, 'cgroup.procs'), String(child.pid));
  assert.match(readFileSync(`/proc/${child.pid}/cgroup`, 'utf8'), /^0::.*\/kubepods\/burstable\/podu1$/m);
  const stats = systemNodeStats({
    rootDir: '/',
    cri: { imageFsInfo: async () => Promise.reject(new Error('no runtime')) },
    cgroupDir: pod,
  });
  await eventually(async () => assert.ok(((await stats()).cpuNanos ?? 0) > 10_000_000));

  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  await manager.remove('u1');
  assert.equal(await ended, 'SIGKILL');
  assert.deepEqual(await manager.present(), []);
  assert.ok(!(await readdir(join(mountpoint, root, 'kubepods/burstable'))).includes('podu1'));
});
