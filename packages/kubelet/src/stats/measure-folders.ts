import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface FolderUse {
  /** Bytes on the disk. */
  readonly bytes: number;
  readonly inodes: number;
}

/** What each folder holds on its own filesystem, by path; one that can't be read is left out. */
export type MeasureFolders = (paths: readonly string[]) => Promise<ReadonlyMap<string, FolderUse>>;

/** Folders that one program walks. */
const BATCH = 200;
const TIMEOUT_MS = 60_000;

const run = promisify(execFile);

/** Walks in programs of their own, behind everything else that wants the processor. */
export const measureFolders: MeasureFolders = async (paths) => {
  const found = new Map<string, FolderUse>();
  for (let at = 0; at < paths.length; at += BATCH) {
    const batch = paths.slice(at, at + BATCH);
    const kilobytes = await du(['-skx'], batch);
    const inodes = await du(['-sx', '--inodes'], batch);
    for (const path of batch) {
      const [size, count] = [kilobytes.get(path), inodes.get(path)];
      if (size !== undefined && count !== undefined) found.set(path, { bytes: size * 1024, inodes: count });
    }
  }
  return found;
};

/** Fails where any folder is gone meanwhile, and still tells of the others. */
async function du(options: readonly string[], paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await run('nice', ['du', ...options, '--', ...paths], {
    timeout: TIMEOUT_MS,
    maxBuffer: 2 ** 22,
  }).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const tab = line.indexOf('\t');
      return tab < 0 ? [] : [[line.slice(tab + 1), Number(line.slice(0, tab))] as const];
    }),
  );
}
