import { constants } from 'node:fs';
import { chmod, chown, lchown, open, readdir, realpath, stat } from 'node:fs/promises';
import { O_PATH } from './sub-path.ts';

/**
 * Gives a volume to a group as fsGroup asks: group-owned, readable and writable for it, folders set-gid. With
 * `onRootMismatch` a volume whose root is right is left as it is. Whoever has the volume may exchange what lies in it
 * meanwhile: no step follows a link in it, so that nothing outside is ever changed.
 */
export async function setVolumeOwnership(path: string, gid: number, onRootMismatch: boolean): Promise<void> {
  const root = await realpath(path);
  if (onRootMismatch) {
    const { gid: has, mode } = await stat(root);
    if (has === gid && (mode & 0o2060) === 0o2060) return;
  }
  await give(root, gid);
}

/** Nothing is opened for use, which a pipe or a device would notice; what is gone meanwhile is left out. */
async function give(path: string, gid: number): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | O_PATH).catch(orGone);
  if (!handle) return;
  try {
    const info = await handle.stat();
    // Leads to what the handle is on, whatever has the path by now.
    const here = `/proc/self/fd/${handle.fd}`;
    if (info.isSymbolicLink()) return await lchown(path, -1, gid).catch(orGone);
    await chown(here, -1, gid);
    await chmod(here, (info.mode & 0o7777) | 0o660 | (info.isDirectory() ? 0o2110 : 0));
    if (!info.isDirectory()) return;
    for (const name of (await readdir(here).catch(orGone)) ?? []) await give(`${here}/${name}`, gid);
  } finally {
    await handle.close();
  }
}

function orGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
