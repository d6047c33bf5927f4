import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface VolumeFile {
  readonly data: Buffer;
  readonly mode: number;
}

/** Relative path inside the volume to its content. */
export type VolumeFiles = ReadonlyMap<string, VolumeFile>;

const DATA = '..data';

/**
 * Writes a volume's files so that a reader sees all old or all new ones: each set lies in a folder of its own, `..data`
 * links to the current one and is replaced by a rename, and the visible names link through it. Writes nothing when
 * nothing changed. Group `gid` owns the files where given.
 * @returns whether the content changed
 */
export async function writeAtomically(
  directory: string,
  files: VolumeFiles,
  options: { readonly gid?: number | undefined; readonly now: number },
): Promise<boolean> {
  const old = await readlink(join(directory, DATA)).catch(() => undefined);
  if (old !== undefined && (await sameContent(join(directory, old), files))) {
    await linkNames(directory, files);
    return false;
  }
  const stamp = new Date(options.now).toISOString().replace(/[-:T]/g, '_').slice(0, 19);
  const fresh = `..${stamp}.${Math.floor(Math.random() * 1e9)}`;
  const target = join(directory, fresh);
  await makeFolder(target, options.gid);
  for (const [path, { data, mode }] of files) {
    const file = join(target, path);
    if (dirname(path) !== '.') await makeFolder(dirname(file), options.gid);
    await writeFile(file, data, { mode: 0o600 });
    if (options.gid !== undefined) await chown(file, 0, options.gid);
    await chmod(file, options.gid === undefined ? mode : mode | 0o440);
  }
  const link = join(directory, '..data_tmp');
  await rm(link, { force: true });
  await symlink(fresh, link);
  await rename(link, join(directory, DATA));
  await linkNames(directory, files);
  if (old !== undefined) await rm(join(directory, old), { recursive: true, force: true });
  return true;
}

async function makeFolder(path: string, gid: number | undefined): Promise<void> {
  await mkdir(path, { recursive: true });
  if (gid !== undefined) await chown(path, 0, gid);
  await chmod(path, 0o755);
}

/** Links the first part of every path, and takes away links to what is no more. */
async function linkNames(directory: string, files: VolumeFiles): Promise<void> {
  const wanted = new Set([...files.keys()].map((path) => path.split('/')[0] as string));
  const present = (await readdir(directory)).filter((name) => !name.startsWith('..'));
  for (const name of present) if (!wanted.has(name)) await rm(join(directory, name), { recursive: true, force: true });
  for (const name of wanted) if (!present.includes(name)) await symlink(join(DATA, name), join(directory, name));
}

async function sameContent(directory: string, files: VolumeFiles): Promise<boolean> {
  try {
    const present = await listFiles(directory);
    if (present.length !== files.size) return false;
    for (const [path, { data }] of files) if (!data.equals(await readFile(join(directory, path)))) return false;
    return true;
  } catch {
    return false;
  }
}

async function listFiles(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(directory, { recursive: true }))
    if ((await lstat(join(directory, name))).isFile()) found.push(name);
  return found;
}
