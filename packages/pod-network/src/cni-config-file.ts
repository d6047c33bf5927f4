import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const CONFIG_FILE = '10-coxswain.conflist';

/** The configuration of another network that comes before ours in `dir`, so that the runtime takes it instead. */
export async function foreignConfig(dir: string): Promise<string | undefined> {
  const names = await readdir(dir).catch(() => [] as string[]);
  const first = names.filter((name) => /\.(conflist|conf|json)$/.test(name)).sort()[0];
  return first !== undefined && first < CONFIG_FILE ? first : undefined;
}

/** Makes the file what it should be, at once for whoever reads it; undefined removes it. True when it has changed. */
export async function putConfig(dir: string, content: string | undefined): Promise<boolean> {
  const file = join(dir, CONFIG_FILE);
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present === content) return false;
  if (content === undefined) {
    await rm(file, { force: true });
    return true;
  }
  await mkdir(dir, { recursive: true });
  const temporary = join(dir, `.${CONFIG_FILE}.tmp`);
  await writeFile(temporary, content, { mode: 0o644 });
  await rename(temporary, file);
  return true;
}
