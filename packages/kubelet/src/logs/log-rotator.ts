import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type CriClient, isNotFound } from '@coxswain/cri';
import type { Clock, Logger } from '@coxswain/foundation';
import { planLogRotation, rotationSuffix } from './plan-log-rotation.ts';

export interface LogRotatorOptions {
  readonly cri: Pick<CriClient, 'listContainers' | 'containerStatus' | 'reopenContainerLog'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Bytes; `containerLogMaxSize`. Negative switches rotation off. */
  readonly maxSize: number;
  /** `containerLogMaxFiles`, the one in use among them; at least 2. */
  readonly maxFiles: number;
  /** Milliseconds; `containerLogMonitorInterval`. */
  readonly intervalMs: number;
}

/** Keeps the logs of running containers within their bounds: renames a full one and has the runtime begin another. */
export class LogRotator {
  readonly #options: LogRotatorOptions;
  /** Log files by container, so that the runtime is asked once for each. */
  readonly #paths = new Map<string, string>();

  constructor(options: LogRotatorOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, intervalMs, maxSize } = this.#options;
    if (maxSize < 0) return;
    while (!signal.aborted) {
      await clock.sleep(intervalMs, signal).catch(() => {});
      if (signal.aborted) return;
      await this.rotateAll().catch((err) => log.warn({ err }, 'failed to rotate container logs'));
    }
  }

  async rotateAll(): Promise<void> {
    const { cri, log, maxSize } = this.#options;
    const { containers } = await cri.listContainers({ filter: { state: { state: 'CONTAINER_RUNNING' } } });
    const ids = new Set(containers.map(({ id }) => id));
    for (const id of this.#paths.keys()) if (!ids.has(id)) this.#paths.delete(id);
    for (const { id } of containers) {
      try {
        const path = await this.#pathOf(id);
        const size = path === '' ? 0 : await stat(path).then(({ size: bytes }) => bytes, notThere);
        // A log that is away was being rotated when something died.
        if (size === undefined) await cri.reopenContainerLog({ containerId: id });
        else if (size >= maxSize && size > 0) await this.#rotate(id, path);
      } catch (err) {
        if (!isNotFound(err)) log.warn({ err, container: id }, 'failed to rotate log for container');
      }
    }
  }

  async #pathOf(containerId: string): Promise<string> {
    let path = this.#paths.get(containerId);
    if (path === undefined) {
      path = (await this.#options.cri.containerStatus({ containerId })).status?.logPath ?? '';
      this.#paths.set(containerId, path);
    }
    return path;
  }

  async #rotate(containerId: string, path: string): Promise<void> {
    const { cri, clock, maxFiles } = this.#options;
    const folder = dirname(path);
    const plan = planLogRotation(await readdir(folder), basename(path), maxFiles);
    for (const name of [...plan.leftovers, ...plan.remove]) await rm(join(folder, name), { force: true });
    for (const name of plan.compress) await compress(join(folder, name));
    const rotated = `${path}.${rotationSuffix(clock.now())}`;
    await rename(path, rotated);
    try {
      await cri.reopenContainerLog({ containerId });
    } catch (error) {
      // The runtime still writes to the file: it gets its name back.
      await rename(rotated, path);
      throw error;
    }
  }
}

async function compress(path: string): Promise<void> {
  const temporary = `${path}.gz.tmp`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary));
  await rename(temporary, `${path}.gz`);
  await rm(path, { force: true });
}

function notThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
