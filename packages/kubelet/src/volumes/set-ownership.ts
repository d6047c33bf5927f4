import { chmod, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives a volume to a group as fsGroup asks: group-owned, readable and writable for it, folders set-gid. With
 * `onRootMismatch` a volume whose root is right is left as it is.
 */
export async function setVolumeOwnership(path: string, gid: number, onRootMismatch: boolean): Promise<void> {
  if (onRootMismatch) {
    const { gid: has, mode } = await lstat(path);
    if (has === gid && (mode & 0o2060) === 0o2060) return;
  }
  await give(path, gid);
}

async function give(path: string, gid: number): Promise<void> {
  const info = await lstat(path).catch(() => undefined);
  if (!info) return;
  await lchown(path, info.uid, gid);
  if (info.isSymbolicLink()) return;
  await chmod(path, (info.mode & 0o7777) | 0o660 | (info.isDirectory() ? 0o2110 : 0));
  if (!info.isDirectory()) return;
  for (const name of await readdir(path)) await give(join(path, name), gid);
}
