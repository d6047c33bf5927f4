import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { clockFigure } from './figures.ts';

export interface CopyTarget {
  readonly kubeconfig: string;
  readonly pod: string;
}

const run = promisify(execFile);
const FILE = '/tmp/bench.bin';

/** `kubectl cp` of so many random megabytes (2^20) out of a pod. @throws when another file arrives than was there */
export async function measureCopy({ kubeconfig, pod }: CopyTarget, megabytes: number): Promise<void> {
  const kubectl = (...args: string[]) => run('kubectl', ['--kubeconfig', kubeconfig, ...args], { timeout: 300_000 });
  const make = `dd if=/dev/urandom of=${FILE} bs=1M count=${megabytes} 2>/dev/null && sha256sum ${FILE}`;
  const { stdout } = await kubectl('exec', pod, '--', 'sh', '-c', make);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const copy = join(folder, 'copy');
    const began = performance.now();
    await kubectl('cp', `${pod}:${FILE}`, copy);
    const seconds = (performance.now() - began) / 1000;
    const hash = createHash('sha256');
    await pipeline(createReadStream(copy), hash);
    if (hash.digest('hex') !== stdout.split(' ')[0]) throw new Error('the copy differs from the file in the pod');
    clockFigure(`kubectl cp of ${megabytes} MB out of a pod`, megabytes / seconds, 'MB/s', { sha256: 'the same' });
  } finally {
    await rm(folder, { recursive: true });
    await kubectl('exec', pod, '--', 'rm', '-f', FILE);
  }
}
