import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from '../model/proxy-model.ts';

/** Certificates as files, named after what is in them so that a change of one is a change of the configuration. */
export class CertificateFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes those that are missing (0600) and answers where each one is. */
  async write(
    certificates: ReadonlyMap<string, Certificate>,
  ): Promise<Map<string, { certificate: string; key: string }>> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const present = new Set(await readdir(this.#folder));
    const paths = new Map<string, { certificate: string; key: string }>();
    for (const [name, { certificate, key }] of certificates) {
      const base = createHash('sha256').update(certificate).update(key).digest('hex').slice(0, 32);
      for (const [extension, content] of [
        ['crt', certificate],
        ['key', key],
      ] as const) {
        const file = `${base}.${extension}`;
        if (present.has(file)) continue;
        const temporary = join(this.#folder, `${file}.tmp`);
        await writeFile(temporary, content, { mode: 0o600 });
        await rename(temporary, join(this.#folder, file));
      }
      paths.set(name, { certificate: join(this.#folder, `${base}.crt`), key: join(this.#folder, `${base}.key`) });
    }
    return paths;
  }

  /** Removes those that no configuration names any more. */
  async keepOnly(paths: ReadonlyMap<string, { certificate: string; key: string }>): Promise<void> {
    const wanted = new Set([...paths.values()].flatMap(({ certificate, key }) => [certificate, key]));
    for (const file of await readdir(this.#folder)) {
      const path = join(this.#folder, file);
      if (!wanted.has(path)) await rm(path, { force: true });
    }
  }
}
