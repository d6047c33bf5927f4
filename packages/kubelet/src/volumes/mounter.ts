import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The mounts of this host that volumes need. */
export interface Mounter {
  /** Mount points at or below `prefix`. */
  list(prefix: string): Promise<string[]>;
  mountTmpfs(path: string, options: { readonly sizeBytes?: number | undefined }): Promise<void>;
  /** Shows what is at `source` at `target` as well, without what is mounted below it. */
  bind(source: string, target: string): Promise<void>;
  unmount(path: string): Promise<void>;
}

export const systemMounter: Mounter = {
  async list(prefix) {
    const table = await readFile('/proc/self/mountinfo', 'utf8');
    return table
      .split('\n')
      .map((line) => unescapePath(line.split(' ')[4] ?? ''))
      .filter((path) => path === prefix || path.startsWith(`${prefix}/`));
  },
  async mountTmpfs(path, { sizeBytes }) {
    const options = sizeBytes === undefined ? [] : ['-o', `size=${sizeBytes}`];
    await run('mount', ['-t', 'tmpfs', ...options, 'tmpfs', path], { timeout: 10_000 });
  },
  async bind(source, target) {
    // The source may be a handle on something: its name says nothing.
    await run('mount', ['--no-canonicalize', '--bind', source, target], { timeout: 10_000 });
  },
  async unmount(path) {
    await run('umount', [path], { timeout: 10_000 });
  },
};

/** mountinfo writes blanks and backslashes as octal. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
