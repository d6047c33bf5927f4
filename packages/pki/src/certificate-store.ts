import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CertificatePair, type CertificateRequest, createAuthority, issueCertificate } from './authority.ts';
import { whyReissue } from './certificate-check.ts';

/**
 * A folder of `<name>.crt` and `<name>.key` files, all 0600. Every `ensure…` keeps what is on disk while it is still
 * good for what is asked, so calling it again changes nothing.
 */
export class CertificateStore {
  readonly #dir: string;
  readonly #now: () => Date;

  constructor(dir: string, now: () => Date = () => new Date()) {
    this.#dir = dir;
    this.#now = now;
  }

  path(name: string): string {
    return join(this.#dir, name);
  }

  async ensureAuthority(name: string, commonName: string): Promise<CertificatePair> {
    const present = await this.#read(name);
    if (present && !whyReissue(present, undefined, { commonName, usages: [] }, this.#now())) return present;
    return this.#write(name, await createAuthority(commonName, this.#now()));
  }

  async ensureCertificate(
    name: string,
    authority: CertificatePair,
    request: CertificateRequest,
  ): Promise<CertificatePair> {
    const present = await this.#read(name);
    if (present && !whyReissue(present, authority, request, this.#now())) return present;
    return this.#write(name, await issueCertificate(authority, request, this.#now()));
  }

  async #read(name: string): Promise<CertificatePair | undefined> {
    const [certificate, key] = await Promise.all([
      readIfPresent(this.path(`${name}.crt`)),
      readIfPresent(this.path(`${name}.key`)),
    ]);
    return certificate === undefined || key === undefined ? undefined : { certificate, key };
  }

  async #write(name: string, pair: CertificatePair): Promise<CertificatePair> {
    await writeSecret(this.path(`${name}.key`), pair.key);
    await writeSecret(this.path(`${name}.crt`), pair.certificate);
    return pair;
  }
}

/** The file's text, or undefined where there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw err;
  }
}

/** Replaces the file in one step with mode 0600, its folder made 0700 if missing; a file that says the same is kept. */
export async function writeSecret(path: string, text: string): Promise<void> {
  if ((await readIfPresent(path)) === text) return chmod(path, 0o600);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, path);
}
