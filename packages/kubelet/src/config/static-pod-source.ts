import { watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from '@coxswain/api';
import type { Clock, Logger } from '@coxswain/foundation';
import { uidOf } from '../container/pod-containers.ts';
import { readManifest } from './read-manifests.ts';

export interface StaticPodSourceOptions {
  /** A folder of manifests, or one; none unless given. */
  readonly path?: string | undefined;
  readonly url?: string | undefined;
  readonly urlHeaders: Readonly<Record<string, string>>;
  readonly nodeName: string;
  /** Milliseconds between looks. */
  readonly fileCheckMs: number;
  readonly httpCheckMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** All static pods there are, whenever a source was read. */
  readonly onPods: (pods: readonly Pod[]) => void;
}

const MAX_BYTES = 10 * 2 ** 20;
const HTTP_TIMEOUT_MS = 10_000;

/** Pods from files and from a URL, read again and again. What can't be read leaves what was there. */
export class StaticPodSource {
  readonly #options: StaticPodSourceOptions;
  /** By file or URL, what it last said and made. */
  readonly #read = new Map<string, { readonly text: string; readonly pods: readonly Pod[] }>();
  #filesRead = false;
  #urlRead = false;

  constructor(options: StaticPodSourceOptions) {
    this.#options = options;
    this.#filesRead = !options.path;
    this.#urlRead = !options.url;
  }

  /** Whether every source has been read once. */
  get ready(): boolean {
    return this.#filesRead && this.#urlRead;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { path, url, fileCheckMs, httpCheckMs } = this.#options;
    await Promise.all([
      path ? this.#loop(() => this.#readFiles(path), fileCheckMs, path, signal) : undefined,
      url ? this.#loop(() => this.#readUrl(url), httpCheckMs, undefined, signal) : undefined,
    ]);
  }

  async #loop(read: () => Promise<void>, ms: number, watched: string | undefined, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      await read().catch((err) => log.warn({ err }, 'unable to read static pods'));
      if (signal.aborted) return;
      const woken = new AbortController();
      const watcher = watched === undefined ? undefined : watchQuietly(watched, () => woken.abort());
      await clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => {});
      watcher?.close();
    }
  }

  async #readFiles(path: string): Promise<void> {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const names = found?.isDirectory() ? (await readdir(path)).filter((name) => !name.startsWith('.')) : [];
    const files = found?.isDirectory() ? names.sort().map((name) => join(path, name)) : found ? [path] : [];
    const seen = new Set<string>();
    for (const file of files) {
      const info = await stat(file).catch(() => undefined);
      if (!info?.isFile() || info.size > MAX_BYTES) continue;
      seen.add(file);
      this.#accept(file, await readFile(file, 'utf8'), 'file');
    }
    for (const key of this.#read.keys()) if (!seen.has(key) && key !== this.#options.url) this.#read.delete(key);
    this.#filesRead = true;
    this.#publish();
  }

  async #readUrl(url: string): Promise<void> {
    const { urlHeaders } = this.#options;
    const answer = await fetch(url, { headers: urlHeaders, signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
    this.#accept(url, await answer.text(), 'http');
    this.#urlRead = true;
    this.#publish();
  }

  /** A manifest that became invalid leaves its pods as they were. */
  #accept(origin: string, text: string, source: 'file' | 'http'): void {
    const { nodeName, clock, log } = this.#options;
    const before = this.#read.get(origin);
    if (before?.text === text) return;
    try {
      this.#read.set(origin, { text, pods: readManifest(text, { nodeName, origin, source, now: clock.now() }) });
    } catch (err) {
      log.warn({ err, origin }, "can't process manifest");
      this.#read.set(origin, { text, pods: before?.pods ?? [] });
    }
  }

  #publish(): void {
    const pods = new Map<string, Pod>();
    for (const { pods: some } of this.#read.values()) for (const pod of some) pods.set(uidOf(pod), pod);
    this.#options.onPods([...pods.values()]);
  }
}

function watchQuietly(path: string, onChange: () => void): { close(): void } | undefined {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => {});
    return watcher;
  } catch {
    return undefined;
  }
}
