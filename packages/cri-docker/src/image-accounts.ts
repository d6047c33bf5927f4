import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerEngine } from './docker/docker-engine.ts';
import type { DockerImage } from './docker/docker-types.ts';

/** What an image says of users and groups: its user, and the text of /etc/passwd and /etc/group. */
export interface ImageAccounts {
  readonly user: string;
  readonly passwd: string;
  readonly group: string;
}

/** Whom a container's first process runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Other groups that have the user as a member. */
  readonly memberOf: readonly number[];
}

const MAX_BYTES = 1 << 20;

/** Reads the accounts of an image from its layers; undefined where the engine doesn't keep them as folders. */
export async function readImageAccounts(engine: DockerEngine, name: string): Promise<ImageAccounts | undefined> {
  const image = await engine.inspectImage(name);
  const layers = image && layersOf(image);
  if (!layers) return undefined;
  const [passwd, group] = await Promise.all(['passwd', 'group'].map((file) => readLayered(layers, file)));
  return passwd === undefined || group === undefined ? undefined : { user: image.Config?.User ?? '', passwd, group };
}

/** The topmost first. */
function layersOf({ GraphDriver }: DockerImage): string[] | undefined {
  const { UpperDir, LowerDir } = GraphDriver?.Data ?? {};
  if (!GraphDriver?.Name.startsWith('overlay') || !UpperDir) return undefined;
  return [UpperDir, ...(LowerDir ? LowerDir.split(':') : [])];
}

/** A file of /etc, '' where the image has none; undefined for what isn't plainly a file there. */
async function readLayered(layers: readonly string[], file: string): Promise<string | undefined> {
  for (const layer of layers) {
    const etc = await lstat(join(layer, 'etc')).catch(() => undefined);
    if (!etc) continue;
    if (etc.isCharacterDevice()) return '';
    if (!etc.isDirectory()) return undefined;
    const path = join(layer, 'etc', file);
    const found = await lstat(path).catch(() => undefined);
    if (!found) continue;
    if (found.isCharacterDevice()) return '';
    return found.isFile() && found.size <= MAX_BYTES ? readFile(path, 'utf8') : undefined;
  }
  return '';
}

/** Pure: whom `user[:group]`, numbers or names, means in an image; undefined for a name that it doesn't have. */
export function identityOf(
  text: string,
  { passwd, group }: Pick<ImageAccounts, 'passwd' | 'group'>,
): Identity | undefined {
  const [user = '', own] = text === '' ? ['0'] : text.split(':', 2);
  const account = lines(passwd).find(([name, , uid]) => (isNumber(user) ? uid === user : name === user));
  const uid = isNumber(user) ? Number(user) : Number(account?.[2] ?? NaN);
  const groups = lines(group);
  const ownGid = own === undefined || isNumber(own) ? own : groups.find(([name]) => name === own)?.[2];
  const gid = own === undefined ? Number(account?.[3] ?? 0) : Number(ownGid ?? NaN);
  if (!Number.isInteger(uid) || !Number.isInteger(gid)) return undefined;
  const name = account?.[0];
  const memberOf = name === undefined ? [] : groups.filter(([, , , members]) => members?.split(',').includes(name));
  return {
    uid,
    gid,
    memberOf: memberOf.map(([, , id]) => Number(id)).filter((id) => Number.isInteger(id) && id !== gid),
  };
}

const isNumber = (text: string) => /^\d+$/.test(text);

function lines(file: string): string[][] {
  return file
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}
