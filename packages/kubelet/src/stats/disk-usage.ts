import type { Clock, Logger } from '@coxswain/foundation';
import type { MeasuredVolume } from '../volumes/volume-manager.ts';
import { type MeasureFolders, measureFolders } from './measure-folders.ts';
import { type FilesystemStats, readFilesystem } from './node-stats.ts';

/** What a folder or filesystem holds, and what is left beside it. */
export interface DiskUse extends FilesystemStats {
  /** When it was measured, milliseconds since the epoch. */
  readonly at: number;
  readonly inodesUsed: number;
}

/** A pod's part of the disks. */
export interface PodDisks {
  readonly volumes: readonly MeasuredVolume[];
  /** Folder of each container's logs. */
  readonly logs: ReadonlyMap<string, string>;
}

export interface DiskUsageOptions {
  /** By uid. */
  readonly pods: () => ReadonlyMap<string, PodDisks>;
  /** Milliseconds between measurements of everything; 0 for none. */
  readonly periodMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly measure?: MeasureFolders;
}

/** How often new pods are looked for, milliseconds: they don't wait for the next round of all. */
const LOOK_MS = 5000;
/** Measuring takes at most this part of the time. */
const SHARE = 20;

interface Target {
  readonly path: string;
  readonly kind: MeasuredVolume['kind'];
}

/** What pods' volumes and logs take. Walking them takes its time, so it is done now and then and nobody waits for it. */
export class DiskUsage {
  readonly #options: DiskUsageOptions;
  /** By path; undefined for what could not be measured. */
  readonly #known = new Map<string, DiskUse | undefined>();

  constructor(options: DiskUsageOptions) {
    this.#options = options;
  }

  get pods(): ReadonlyMap<string, PodDisks> {
    return this.#options.pods();
  }

  /** As last measured; undefined for what was not yet. */
  of(path: string): DiskUse | undefined {
    return this.#known.get(path);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, periodMs, log } = this.#options;
    let due = 0;
    while (!signal.aborted && periodMs > 0) {
      const began = clock.now();
      const isFull = began >= due;
      await this.measure({ all: isFull }).catch((err) => log.warn({ err }, 'failed to measure volumes'));
      if (isFull) due = clock.now() + Math.max(periodMs, SHARE * (clock.now() - began));
      await clock.sleep(Math.min(LOOK_MS, periodMs), signal).catch(() => {});
    }
  }

  /** One round: `all`, or only what was never measured. */
  async measure({ all }: { readonly all: boolean }): Promise<void> {
    const { clock, measure = measureFolders } = this.#options;
    const present = this.#targets();
    for (const path of this.#known.keys()) if (!present.has(path)) this.#known.delete(path);
    const targets = [...present.values()].filter(({ path }) => all || !this.#known.has(path));
    if (targets.length === 0) return;
    const folders = targets.filter(({ kind }) => kind === 'folder').map(({ path }) => path);
    const uses = folders.length > 0 ? await measure(folders) : new Map();
    for (const { path, kind } of targets) {
      const fs = await readFilesystem(path);
      const use = kind === 'folder' ? uses.get(path) : fs && { bytes: fs.used, inodes: fs.inodes - fs.inodesFree };
      this.#known.set(
        path,
        fs && use ? { ...fs, used: use.bytes, inodesUsed: use.inodes, at: clock.now() } : undefined,
      );
    }
  }

  #targets(): Map<string, Target> {
    const targets = new Map<string, Target>();
    for (const { volumes, logs } of this.pods.values()) {
      for (const { path, kind } of volumes) targets.set(path, { path, kind });
      for (const path of logs.values()) targets.set(path, { path, kind: 'folder' });
    }
    return targets;
  }
}
