import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Mounter } from './mounter.ts';

/** Opens what a name stands for without touching it; node has no name for it. */
export const O_PATH = 0o10000000;
const PERMISSIONS = 0o7777;

/**
 * A handle on what is at `subPath` in the volume, made as folders (with the mode of the volume's root) where nothing is.
 * Containers that have the volume may change it meanwhile: no step follows a link that was not there, within the volume,
 * when it was resolved.
 * @throws Error for what is, or leads, outside
 */
export async function openSubPath(volume: string, subPath: string): Promise<FileHandle> {
  const root = await realpath(volume);
  const parts = await resolveLinks(root, subPath);
  let at = await open(root, constants.O_RDONLY | O_PATH);
  try {
    const mode = (await at.stat()).mode & PERMISSIONS;
    for (const part of parts) {
      const parent = at;
      at = await openBelow(parent, part, mode);
      await parent.close();
    }
    return at;
  } catch (error) {
    await at.close();
    throw error;
  }
}

/** Where a handle leads now. */
export function pathOf(handle: FileHandle): Promise<string> {
  return readlink(`/proc/self/fd/${handle.fd}`);
}

/** Binds what the handle is on to `target`, where nobody can exchange it any more; whatever was bound there goes. */
export async function bindHandle(handle: FileHandle, target: string, mounter: Mounter): Promise<void> {
  const source = await handle.stat();
  for (const _ of (await mounter.list(target)).filter((path) => path === target)) await mounter.unmount(target);
  await makeTarget(target, source);
  await mounter.bind(`/proc/${process.pid}/fd/${handle.fd}`, target);
}

/** The names from the root to what `subPath` is now, all of them real. */
async function resolveLinks(root: string, subPath: string): Promise<string[]> {
  const missing: string[] = [];
  let existing = join(root, subPath);
  while (existing !== root && !(await lstat(existing).catch(() => undefined))) {
    missing.unshift(posix.basename(existing));
    existing = dirname(existing);
  }
  const inside = posix.relative(root, await realpath(existing));
  if (inside === '..' || inside.startsWith('../')) throw new Error(`subpath ${subPath} is not within the volume`);
  return [...inside.split('/'), ...missing].filter((part) => part !== '');
}

async function openBelow(parent: FileHandle, part: string, mode: number): Promise<FileHandle> {
  const path = `/proc/self/fd/${parent.fd}/${part}`;
  const made = await mkdir(path, { mode }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | O_PATH);
  const info = await handle.stat();
  if (info.isSymbolicLink()) {
    await handle.close();
    throw new Error(`subpath has become a symbolic link at ${part}`);
  }
  // Whatever the umask left out; through the handle, so of this folder and no other.
  if (made) await chmodHandle(handle, mode);
  return handle;
}

async function chmodHandle(handle: FileHandle, mode: number): Promise<void> {
  // A handle by O_PATH can't be changed itself, but opened for real.
  const folder = await open(`/proc/self/fd/${handle.fd}`, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.chmod(mode);
  } finally {
    await folder.close();
  }
}

/** An empty file or folder, whichever can be mounted on. */
async function makeTarget(target: string, source: Stats): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (found && found.isDirectory() !== source.isDirectory()) await rm(target, { recursive: true });
  if (source.isDirectory()) await mkdir(target, { recursive: true, mode: 0o750 });
  else {
    await mkdir(dirname(target), { recursive: true, mode: 0o750 });
    await writeFile(target, '', { flag: 'a', mode: 0o640 });
  }
}
