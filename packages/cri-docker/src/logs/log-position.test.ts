import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readPosition, Skipper, toSince } from './log-position.ts';

const at = (nanos: number) => `2026-01-01T00:00:00.${String(nanos).padStart(9, '0')}Z`;
const line = (nanos: number, text = 'x') => `${at(nanos)} stdout F ${text}\n`;

describe('where a log file ends', () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'log-position-'));
  });
  after(() => rm(dir, { recursive: true }));

  const long = 'y'.repeat(100_000);
  const table: { name: string; text: string; position: unknown; left?: string }[] = [
    { name: 'empty', text: '', position: undefined },
    { name: 'one line', text: line(1), position: { time: at(1), count: 1 } },
    { name: 'several of the last time', text: line(1) + line(2) + line(2), position: { time: at(2), count: 2 } },
    { name: 'longer than a block', text: line(1) + line(2, long) + line(2), position: { time: at(2), count: 2 } },
    { name: 'a torn last line', text: `${line(1)}${at(2)} std`, position: { time: at(1), count: 1 }, left: line(1) },
    { name: 'only a torn line', text: `${at(2)} std`, position: undefined, left: '' },
  ];
  for (const { name, text, position, left = text } of table) {
    it(name, async () => {
      const file = join(dir, 'log');
      await writeFile(file, text);
      assert.deepEqual(await readPosition(file), position);
      assert.equal(await readFile(file, 'utf8'), left);
    });
  }

  it('absent', async () => assert.equal(await readPosition(join(dir, 'none')), undefined));
});

it('leaves out exactly what has been written', () => {
  const skipper = new Skipper({ time: at(5), count: 2 });
  const times = [at(4), at(5), at(5), at(5), at(6), at(5)];
  assert.deepEqual(
    times.map((time) => skipper.skips(time)),
    [true, true, true, false, false, false],
  );
  assert.equal(new Skipper(undefined).skips(at(1)), false);
  assert.equal(toSince({ time: at(7), count: 1 }), '1767225600.000000007');
});
