import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DnsConfig } from '@coxswain/cri';
import type { Attachment } from './cni/pod-network.ts';

const FILE = 'network.json';
const RESOLV = 'resolv.conf';

/**
 * What is kept on disk for each sandbox, under `<root-dir>/sandboxes/<docker name>`: its network attachment, written
 * before the first plugin runs so that a crash leaks no address, and its resolv.conf.
 */
export class SandboxRecords {
  readonly #dir: string;
  readonly #attachments = new Map<string, Attachment>();

  constructor(rootDir: string) {
    this.#dir = join(rootDir, 'sandboxes');
  }

  /** Reads what is on disk; call once before anything else. Unreadable files are taken as absent. */
  async load(): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#dir)) {
      const text = await readFile(join(this.#dir, name, FILE), 'utf8').catch(() => '');
      try {
        this.#attachments.set(name, JSON.parse(text) as Attachment);
      } catch {
        // Host network, or a crash before the first write: nothing to take down.
      }
    }
  }

  /** Names of all sandboxes with a directory. */
  names(): Promise<string[]> {
    return readdir(this.#dir);
  }

  attachment(name: string): Attachment | undefined {
    return this.#attachments.get(name);
  }

  async putAttachment(name: string, attachment: Attachment): Promise<void> {
    const file = join(this.#dir, name, FILE);
    await mkdir(join(this.#dir, name), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.tmp`, JSON.stringify(attachment), { mode: 0o600 });
    await rename(`${file}.tmp`, file);
    this.#attachments.set(name, attachment);
  }

  async dropAttachment(name: string): Promise<void> {
    this.#attachments.delete(name);
    await rm(join(this.#dir, name, FILE), { force: true });
  }

  resolvConf(name: string): string {
    return join(this.#dir, name, RESOLV);
  }

  async writeResolvConf(name: string, dns: DnsConfig): Promise<void> {
    await mkdir(join(this.#dir, name), { recursive: true, mode: 0o700 });
    await writeFile(this.resolvConf(name), renderResolvConf(dns), { mode: 0o644 });
  }

  async remove(name: string): Promise<void> {
    this.#attachments.delete(name);
    await rm(join(this.#dir, name), { recursive: true, force: true });
  }
}

export function renderResolvConf({ servers, searches, options }: DnsConfig): string {
  const lines = servers.map((server) => `nameserver ${server}`);
  if (searches.length > 0) lines.push(`search ${searches.join(' ')}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((line) => `${line}\n`).join('');
}
