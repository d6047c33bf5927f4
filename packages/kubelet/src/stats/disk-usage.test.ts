import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { silentLogger } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import { DiskUsage, type PodDisks } from './disk-usage.ts';
import { type MeasureFolders, measureFolders } from './measure-folders.ts';

it('counts what folders hold, and leaves out those that are gone', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'measure-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'full/deep'), { recursive: true });
  await mkdir(join(root, 'empty'));
  await writeFile(join(root, 'full/deep/file'), Buffer.alloc(300_000, 1));
  const found = await measureFolders([join(root, 'full'), join(root, 'gone'), join(root, 'empty')]);
  assert.deepEqual([...found.keys()], [join(root, 'full'), join(root, 'empty')]);
  const full = found.get(join(root, 'full'));
  assert.equal(full?.inodes, 3);
  assert.ok(full && full.bytes >= 300_000 && full.bytes < 400_000, String(full?.bytes));
});

const folder = (path: string): PodDisks => ({
  volumes: [{ name: 'v', path, kind: 'folder', scratch: true }],
  logs: new Map(),
});

it('measures what is new soon, and all of it once a period', async (t) => {
  const walked: string[][] = [];
  const measure: MeasureFolders = async (paths) => {
    walked.push([...paths]);
    return new Map(paths.map((path) => [path, { bytes: walked.length, inodes: 2 }]));
  };
  const pods = new Map([['a', folder('/tmp')]]);
  const clock = new FakeClock();
  const disks = new DiskUsage({ pods: () => pods, periodMs: 60_000, clock, log: silentLogger(), measure });
  const stop = new AbortController();
  t.after(() => stop.abort());
  assert.equal(disks.of('/tmp'), undefined, 'whoever asks does not have it measured');
  void disks.run(stop.signal);
  const settled = () => eventually(() => assert.equal(clock.sleeping, 1));
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 5000) {
      await clock.advance(5000);
      await settled();
    }
  };
  await settled();
  assert.equal(walked.length, 1);
  assert.deepEqual([disks.of('/tmp')?.used, disks.of('/tmp')?.inodesUsed], [1, 2]);
  await pass(10_000);
  assert.equal(walked.length, 1);
  pods.set('b', folder('/var'));
  await pass(5000);
  assert.deepEqual(walked.slice(1), [['/var']]);
  pods.delete('a');
  await pass(45_000);
  assert.deepEqual(walked.slice(2), [['/var']]);
  assert.equal(disks.of('/tmp'), undefined);
});
