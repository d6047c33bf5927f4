import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import type { Entry } from './container-store.ts';
import { OomKills } from './oom-kills.ts';

const ended = (id: string, ExitCode: number, OOMKilled = false) =>
  ({ id, docker: { State: { ExitCode, OOMKilled } } }) as Entry;

it('believes Docker, and waits a moment for its word on a kill', async () => {
  const clock = new FakeClock();
  const kills = new OomKills({ clock });
  assert.equal(await kills.has(ended('a', 137, true)), true);
  assert.equal(await kills.has(ended('a', 1)), false);
  const late = kills.has(ended('b', 137));
  const second = kills.has(ended('b', 137));
  kills.note('b');
  assert.deepEqual([await late, await second], [true, true]);
  const never = kills.has(ended('c', 137));
  await clock.advance(1000);
  assert.equal(await never, false);
  assert.equal(await kills.has(ended('c', 137)), false, 'it waits only once');
  kills.expectKill('d');
  assert.equal(await kills.has(ended('d', 137)), false, 'it waits for no cause of what we kill');
  await kills.forget('b');
  kills.expectKill('b');
  assert.equal(await kills.has(ended('b', 137)), false);
});

it('reads what the runtime left, without waiting', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'oom-kills-'));
  t.after(() => rm(dir, { recursive: true }));
  const kills = new OomKills({ clock: new FakeClock(), dir });
  for (const id of ['a', 'b', 'gone']) await writeFile(join(dir, id), '');
  assert.equal(await kills.has(ended('a', 137)), true);
  assert.equal(await kills.has(ended('other', 137)), false);
  kills.note('told');
  assert.equal(await kills.has(ended('told', 137)), true);
  await kills.keep(new Set(['a', 'b']));
  assert.equal(await kills.has(ended('told', 137)), false);
  await kills.forget('b');
  assert.deepEqual(await readdir(dir), ['a']);
});
