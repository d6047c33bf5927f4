import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { criContract } from './testing/cri-contract.ts';
import { FakeRuntime, loopbackClient } from './testing/index.ts';

criContract('the in-memory fake', { runsProcesses: false }, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cri-'));
  const runtime = new FakeRuntime({ images: ['busybox:test'] });
  return {
    client: loopbackClient(runtime.handlers),
    image: 'busybox:test',
    dir,
    stop: async () => rmSync(dir, { recursive: true }),
  };
});
