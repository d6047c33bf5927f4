import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '@coxswain/foundation/testing';
import { ManagedProcesses } from './managed-process.ts';

const dir = mkdtempSync(join(tmpdir(), 'coxswain-processes-'));
const processes = new ManagedProcesses(dir);
after(async () => {
  await processes.stop('stubborn', 0);
  rmSync(dir, { recursive: true, force: true });
});

test('starts once, keeps a log, stops exactly its own', async () => {
  const spec = { name: 'talker', command: '/bin/sh', args: ['-c', 'echo hello; exec sleep 60'] };
  assert.equal(processes.start(spec), true);
  const pid = processes.pid('talker');
  assert.ok(pid !== undefined && pid !== process.pid);
  assert.equal(processes.start(spec), false);
  await eventually(() => assert.equal(processes.tail('talker'), 'hello'));
  assert.equal(await processes.stop('talker'), true);
  assert.equal(processes.pid('talker'), undefined);
  assert.equal(await processes.stop('talker'), false);
});

test('a pid that was given to another program is not ours', async () => {
  const spec = { name: 'gone', command: '/bin/sleep', args: ['60'] };
  processes.start(spec);
  const file = join(dir, 'run/gone.pid');
  const [pid, started] = readFileSync(file, 'utf8').trim().split(' ');
  writeFileSync(file, `${pid} ${Number(started) - 1}\n`);
  assert.equal(processes.pid('gone'), undefined);
  assert.equal(await processes.stop('gone'), false);
  process.kill(Number(pid), 'SIGKILL');
});

test('what ignores SIGTERM is killed', async () => {
  processes.start({ name: 'stubborn', command: '/bin/sh', args: ['-c', "trap '' TERM; echo deaf; sleep 60 & wait"] });
  await eventually(() => assert.equal(processes.tail('stubborn'), 'deaf'));
  assert.equal(await processes.stop('stubborn', 100), true);
  await eventually(() => assert.equal(processes.pid('stubborn'), undefined));
});
