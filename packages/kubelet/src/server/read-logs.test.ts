import assert from 'node:assert/strict';
import { appendFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { systemClock } from '@coxswain/foundation';
import { eventually, temporaryFolder } from '@coxswain/foundation/testing';
import { type LogOptions, parseLogOptions } from './log-options.ts';
import { readLogs } from './read-logs.ts';

const LOG = [
  '2026-01-01T00:00:01.000000000Z stdout F one',
  '2026-01-01T00:00:02.000000000Z stdout P two-',
  '2026-01-01T00:00:02.500000000Z stderr F err',
  '2026-01-01T00:00:03.000000000Z stdout F more',
  '2026-01-01T00:00:04.000000000Z stdout F ',
  '',
].join('\n');
const none: LogOptions = {
  follow: false,
  previous: false,
  timestamps: false,
  tailLines: undefined,
  since: undefined,
  limitBytes: undefined,
};

async function logFile(text = LOG) {
  const path = join(temporaryFolder('logs'), '0.log');
  await writeFile(path, text);
  return path;
}

async function read(more: Partial<LogOptions>): Promise<string> {
  const path = await logFile();
  const chunks: Buffer[] = [];
  const options = { ...none, ...more, path, clock: systemClock, isRunning: async () => false };
  for await (const chunk of readLogs(options, new AbortController().signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

for (const [name, options, want] of [
  ['everything', {}, 'one\ntwo-err\nmore\n\n'],
  ['the last line', { tailLines: 1 }, '\n'],
  ['the last two lines', { tailLines: 2 }, 'more\n\n'],
  ['no line', { tailLines: 0 }, ''],
  ['more lines than there are', { tailLines: 50 }, 'one\ntwo-err\nmore\n\n'],
  ['since a time', { since: Date.UTC(2026, 0, 1, 0, 0, 3) }, 'more\n\n'],
  ['some bytes', { limitBytes: 6 }, 'one\ntw'],
  ['with times', { timestamps: true, tailLines: 1 }, '2026-01-01T00:00:04.000000000Z \n'],
] as [string, Partial<LogOptions>, string][]) {
  it(`reads ${name}`, async () => assert.equal(await read(options), want));
}

it('leaves out what is written while it reads', async () => {
  const line = `2026-01-01T00:00:01Z stdout F ${'x'.repeat(970)}\n`;
  const path = await logFile(line.repeat(200));
  let lines = 0;
  const options = { ...none, tailLines: 150, path, clock: systemClock, isRunning: async () => true };
  for await (const chunk of readLogs(options, new AbortController().signal)) {
    lines += chunk.toString().split('\n').length - 1;
    await appendFile(path, line);
  }
  assert.equal(lines, 150);
});

it('follows over a rotation until the container ends', async () => {
  const path = await logFile();
  let running = true;
  let text = '';
  const options = { ...none, follow: true, tailLines: 0, path, clock: systemClock, isRunning: async () => running };
  const reading = (async () => {
    for await (const chunk of readLogs(options, new AbortController().signal)) text += chunk;
  })();
  await eventually(async () => {
    await appendFile(path, '2026-01-01T00:00:05.000000000Z stdout F five\n');
    return text.includes('five');
  });
  await rename(path, `${path}.1`);
  await writeFile(path, '2026-01-01T00:00:06.000000000Z stdout F six\n');
  await eventually(() => text.endsWith('six\n'));
  await appendFile(path, '2026-01-01T00:00:07.000000000Z stdout F seven\n');
  running = false;
  await reading;
  assert.ok(text.endsWith('six\nseven\n'));
});

it('reads options from a query', () => {
  const of = (query: string) => parseLogOptions(new URLSearchParams(query), 100_000);
  assert.deepEqual(of('follow=true&tailLines=5&sinceSeconds=10&timestamps=1'), {
    ...none,
    follow: true,
    timestamps: true,
    tailLines: 5,
    since: 90_000,
  });
  assert.equal(of('tailLines=-1'), 'tailLines must be greater than or equal to 0');
  assert.match(String(of('sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z')), /at most one/);
});
