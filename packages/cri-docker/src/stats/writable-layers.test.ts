import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { systemClock } from '@coxswain/foundation';
import { eventually, FakeClock } from '@coxswain/foundation/testing';
import type { Entry } from '../container-store.ts';
import { WritableLayers } from './writable-layers.ts';

const entry = (id: string, path?: string) =>
  ({ id, docker: { GraphDriver: { Data: path === undefined ? null : { UpperDir: path } } } }) as unknown as Entry;
const bytesOf = (layers: WritableLayers, of: Entry) => layers.of(of)?.usedBytes?.value;

it('measures together what is asked for together, and again only when that is old', async () => {
  const clock = new FakeClock();
  const asked: string[][] = [];
  const layers = new WritableLayers(clock, async (paths) => {
    asked.push([...paths]);
    return new Map(paths.filter((path) => path !== '/gone').map((path, i) => [path, (i + 1) * 1024]));
  });
  const [a, b, gone] = [entry('a', '/a'), entry('b', '/b'), entry('c', '/gone')];
  const look = () => [a, b, gone, entry('d')].map((each) => bytesOf(layers, each));
  assert.deepEqual(look(), [undefined, undefined, undefined, undefined]);
  await clock.advance(100);
  await eventually(() => assert.deepEqual(look(), [1024, 2048, undefined, undefined]));
  assert.deepEqual(asked, [['/a', '/b', '/gone']]);
  await clock.advance(500);
  look();
  assert.equal(asked.length, 1);
  await clock.advance(10_000);
  look();
  await clock.advance(100);
  await eventually(() => assert.equal(asked.length, 2));
  layers.keep(new Set(['b']));
  assert.deepEqual(look().slice(0, 2), [undefined, 2048]);
});

it('counts the bytes of folders, whatever else is missing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'layer-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), Buffer.alloc(100_000, 1));
  const layers = new WritableLayers(systemClock);
  const bytes = await eventually(() => {
    bytesOf(layers, entry('x', '/no/such/folder'));
    return bytesOf(layers, entry('a', folder)) ?? assert.fail('not yet');
  });
  assert.ok(bytes >= 100_000 && bytes < 200_000, String(bytes));
});
