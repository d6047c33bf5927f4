import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CommandError, runCommand } from './run-command.ts';
import { eventually } from './testing/eventually.ts';

for (const size of [0, 5, 65_536, 65_537, 3_000_000])
  test(`${size} bytes of input come through`, async () => {
    const input = 'x'.repeat(size);
    assert.equal(await runCommand('cat', [], { input }), input);
  });

test('what a program said when it failed', async () => {
  const failed = runCommand('sh', ['-c', 'echo why >&2; exit 3'], { input: 'y'.repeat(100_000) });
  await assert.rejects(
    failed,
    (error) => error instanceof CommandError && error.code === 3 && /why/.test(error.message),
  );
});

for (const size of [60_000, 3_000_000])
  test(`a program reads its whole input of ${size} bytes though who started it is killed`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-command-'));
    try {
      const [given, started, counted] = ['given', 'started', 'counted'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      // It begins to read when its parent is gone.
      const shell = `touch ${started}; while kill -0 $PPID 2>/dev/null; do sleep 0.02; done; wc -c > ${counted}.new; mv ${counted}.new ${counted}`;
      const code = `import { writeFileSync } from 'node:fs';
      import { runCommand } from ${JSON.stringify(join(import.meta.dirname, 'run-command.ts'))};
      const running = runCommand('bash', ['-c', ${JSON.stringify(shell)}], { input: 'z'.repeat(${size}) });
      writeFileSync(${JSON.stringify(given)}, '');
      await running;`;
      const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
      await eventually(() => existsSync(started) && existsSync(given));
      parent.kill('SIGKILL');
      await eventually(() => existsSync(counted));
      assert.equal(Number(readFileSync(counted, 'utf8')), size);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
