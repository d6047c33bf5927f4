import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type FilesystemUsage, type Input, msToNanos } from '@coxswain/cri';
import type { Clock } from '@coxswain/foundation';
import type { Entry } from '../container-store.ts';

/** Bytes that each folder takes, by path; one that can't be read is left out. */
export type MeasureFolders = (paths: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/** A measurement is good for this long, or for this many times what it took. */
const AGE_MS = 10_000;
const SHARE = 20;
/** One that was never measured is so sooner, but no sooner than this after the last. */
const NEW_AGE_MS = 1000;
/** Those that are asked for within this time are measured together. */
const GATHER_MS = 100;
const TIMEOUT_MS = 120_000;

/**
 * What containers wrote into their own layer. Walking folders takes its time, so nobody waits for it: an answer is the last
 * measurement, and asking begins the next one when that is old.
 */
export class WritableLayers {
  readonly #clock: Clock;
  readonly #measure: MeasureFolders;
  /** By container. */
  readonly #known = new Map<string, number>();
  readonly #wanted = new Map<string, string>();
  #at = 0;
  #staleAt = 0;
  #running: Promise<void> | undefined;

  constructor(clock: Clock, measure: MeasureFolders = du) {
    this.#clock = clock;
    this.#measure = measure;
  }

  /** Undefined for a container that was not measured yet, or whose layer is no folder. */
  of({ id, docker }: Entry): Input<FilesystemUsage> | undefined {
    const path = docker.GraphDriver?.Data?.['UpperDir'];
    if (path === undefined) return undefined;
    const bytes = this.#known.get(id);
    this.#wanted.set(id, path);
    const due = bytes === undefined ? Math.min(this.#staleAt, this.#at + NEW_AGE_MS) : this.#staleAt;
    if (!this.#running && this.#clock.now() >= due) this.#running = this.#refresh();
    if (bytes === undefined) return undefined;
    return { timestamp: msToNanos(this.#at), fsId: { mountpoint: path }, usedBytes: { value: bytes } };
  }

  /** Forgets containers that are gone. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }

  async #refresh(): Promise<void> {
    await this.#clock.sleep(GATHER_MS);
    const began = this.#clock.now();
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    const sizes = await this.#measure(wanted.map(([, path]) => path)).catch(() => new Map<string, number>());
    for (const [id, path] of wanted) {
      const bytes = sizes.get(path);
      if (bytes !== undefined) this.#known.set(id, bytes);
    }
    this.#at = this.#clock.now();
    this.#staleAt = this.#at + Math.max(AGE_MS, SHARE * (this.#at - began));
    this.#running = undefined;
  }
}

const run = promisify(execFile);

async function du(paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
  // It fails when any folder is gone meanwhile, and still tells of the others.
  const { stdout } = await run('du', ['-skx', '--', ...paths], { timeout: TIMEOUT_MS, maxBuffer: 2 ** 24 }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  const sizes = stdout.split('\n').flatMap((line) => {
    const [, kilobytes, path] = /^(\d+)\t(.+)$/.exec(line) ?? [];
    return kilobytes === undefined || path === undefined ? [] : [[path, Number(kilobytes) * 1024] as const];
  });
  return new Map(sizes);
}
