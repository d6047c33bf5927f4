import assert from 'node:assert/strict';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { temporaryFolder } from '@coxswain/foundation/testing';
import { type VolumeFile, writeAtomically } from './atomic-writer.ts';

const file = (text: string, mode = 0o644): VolumeFile => ({ data: Buffer.from(text), mode });

it('replaces a set of files in one step', async () => {
  const directory = temporaryFolder('volume');
  const write = (files: Record<string, VolumeFile>) =>
    writeAtomically(directory, new Map(Object.entries(files)), { now: Date.UTC(2026, 0, 1) });
  assert.equal(await write({ a: file('1', 0o400), 'dir/b': file('2') }), true);
  assert.equal(await readFile(join(directory, 'a'), 'utf8'), '1');
  assert.equal(await readFile(join(directory, 'dir/b'), 'utf8'), '2');
  assert.equal((await stat(join(directory, 'a'))).mode & 0o777, 0o400);
  assert.equal(await readlink(join(directory, 'a')), '..data/a');
  const before = await readlink(join(directory, '..data'));
  assert.equal(await write({ a: file('1', 0o400), 'dir/b': file('2') }), false);
  assert.equal(await readlink(join(directory, '..data')), before);
  assert.equal(await write({ a: file('3'), c: file('4') }), true);
  assert.deepEqual((await readdir(directory)).sort().slice(-2), ['a', 'c']);
  assert.equal(await readFile(join(directory, 'a'), 'utf8'), '3');
  await assert.rejects(stat(join(directory, before)));
});
