import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { DockerContainer } from './docker/docker-types.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 30_000;
/** What a remount would lose of a mount unless it is said again. */
const KEPT = new Set(['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime', 'nosymfollow']);

export interface MountPoint {
  readonly path: string;
  readonly options: readonly string[];
}

/** Pure: the mounts at or below a path, as /proc/self/mountinfo has them, the outermost first. */
export function mountsBelow(mountinfo: string, path: string): MountPoint[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [, , , , where = '', options = ''] = line.split(' ');
    const at = where.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    return at === path || at.startsWith(`${path}/`) ? [{ path: at, options: options.split(',') }] : [];
  });
}

/**
 * Copies of folders in which nothing can be written, whatever is mounted inside (KEP-3857). The engine's own read-only
 * mounts stop at the first mount within. A copy is only needed until its container runs, which then has its own.
 */
export class ReadOnlyTrees {
  readonly #dir: string;
  /** Those of this process, by the container's name. */
  readonly #made = new Set<string>();

  constructor(rootDir: string) {
    this.#dir = join(rootDir, 'read-only');
  }

  /** A copy of each source for the container of that name. @throws when one can't be made read-only throughout */
  async make(name: string, sources: readonly string[]): Promise<string[]> {
    await this.remove(name);
    this.#made.add(name);
    const paths = sources.map((_, i) => join(this.#dir, name, String(i)));
    for (const [i, path] of paths.entries()) {
      const source = sources[i] as string;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await ((await stat(source)).isDirectory() ? mkdir(path) : writeFile(path, ''));
      // Private from the first moment: what is done to the copy must not reach the original.
      await mount('--rbind', '--make-rprivate', source, path);
      for (const { path: at, options } of mountsBelow(await mountinfo(), path)) {
        const kept = options.filter((option) => KEPT.has(option));
        await mount('-o', ['remount', 'bind', 'ro', ...kept].join(','), at);
      }
    }
    return paths;
  }

  async remove(name: string): Promise<void> {
    const dir = join(this.#dir, name);
    for (const { path } of mountsBelow(await mountinfo(), dir).reverse()) await run('umount', [path]);
    await rm(dir, { recursive: true, force: true });
    this.#made.delete(name);
  }

  /** Whether the container was made with copies. */
  isUsedBy({ Mounts = [] }: Pick<DockerContainer, 'Mounts'>): boolean {
    return Mounts.some(({ Source }) => Source.startsWith(`${this.#dir}/`));
  }

  /** Names of the containers that a process before this one made copies for. */
  async leftovers(): Promise<string[]> {
    const names = await readdir(this.#dir).catch(() => []);
    return names.filter((name) => !this.#made.has(name));
  }
}

function mount(...words: string[]): Promise<unknown> {
  return run('mount', words, { timeout: TIMEOUT_MS });
}

function mountinfo(): Promise<string> {
  return readFile('/proc/self/mountinfo', 'utf8');
}
