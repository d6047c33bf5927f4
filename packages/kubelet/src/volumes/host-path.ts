import { mkdir, open, stat } from 'node:fs/promises';
import type { HostPathVolumeSource } from '@coxswain/api';
import { VolumeError } from './payload-files.ts';

/**
 * Checks (and for the OrCreate types makes) a hostPath.
 * @throws VolumeError in upstream's words when what is there isn't of the type
 */
export async function checkHostPath({ path, type = '' }: HostPathVolumeSource): Promise<void> {
  if (type === '') return;
  const found = await stat(path).catch(() => undefined);
  if (!found && type === 'DirectoryOrCreate') {
    await mkdir(path, { recursive: true, mode: 0o755 });
    return;
  }
  if (!found && type === 'FileOrCreate') {
    await (await open(path, 'a', 0o644)).close();
    return;
  }
  const right: Record<string, [ok: boolean | undefined, what: string]> = {
    Directory: [found?.isDirectory(), 'a directory'],
    DirectoryOrCreate: [found?.isDirectory(), 'a directory'],
    File: [found?.isFile(), 'a file'],
    FileOrCreate: [found?.isFile(), 'a file'],
    Socket: [found?.isSocket(), 'a socket file'],
    CharDevice: [found?.isCharacterDevice(), 'a character device'],
    BlockDevice: [found?.isBlockDevice(), 'a block device'],
  };
  const [ok, what] = right[type] ?? [true, ''];
  if (!ok) throw new VolumeError(`hostPath type check failed: ${path} is not ${what}`);
}
