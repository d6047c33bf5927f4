import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { FakeRuntime, loopbackClient } from '@coxswain/cri/testing';
import { silentLogger } from '@coxswain/foundation';
import { FakeClock, temporaryFolder } from '@coxswain/foundation/testing';
import { LogRotator } from './log-rotator.ts';

it('rotates what is full, compresses what is older and keeps a few', async () => {
  const root = temporaryFolder('logs');
  const clock = new FakeClock();
  const runtime = new FakeRuntime({ images: ['i'], clock });
  const cri = loopbackClient(runtime.handlers);
  const config = { metadata: { name: 'p', namespace: 'n', uid: 'u', attempt: 0 }, logDirectory: root };
  const { podSandboxId } = await cri.runPodSandbox({ config });
  const { containerId } = await cri.createContainer({
    podSandboxId,
    config: { metadata: { name: 'c', attempt: 0 }, image: { image: 'i' }, logPath: 'c/0.log' },
    sandboxConfig: config,
  });
  await cri.startContainer({ containerId });
  const path = join(root, 'c/0.log');
  await mkdir(dirname(path));
  const rotator = new LogRotator({
    cri,
    clock,
    log: silentLogger(),
    maxSize: 10,
    maxFiles: 3,
    intervalMs: 1000,
  });
  await writeFile(path, 'short');
  await rotator.rotateAll();
  assert.deepEqual(await readdir(dirname(path)), ['0.log']);
  for (const round of [1, 2, 3, 4]) {
    await writeFile(path, `round ${round}, long enough`);
    await rotator.rotateAll();
    await clock.advance(1000);
  }
  const names = (await readdir(dirname(path))).sort();
  assert.equal(names.length, 2);
  assert.match(names[0] as string, /^0\.log\.\d{8}-\d{6}\.gz$/);
  const zipped = await readFile(join(root, 'c', names[0] as string));
  assert.equal(gunzipSync(zipped).toString(), 'round 3, long enough');
  assert.equal(await readFile(join(root, 'c', names[1] as string), 'utf8'), 'round 4, long enough');
  assert.ok(runtime.calls.some(({ rpc }) => rpc === 'reopenContainerLog'));
});
