import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@coxswain/foundation';
import type { Entry } from './container-store.ts';
import { pathExists } from './path-exists.ts';

/** How long Docker's word on what ended a container is waited for, milliseconds. */
const WAIT_MS = 1000;
/** What a process killed by SIGKILL exits with. */
const KILLED = 137;

export interface OomKillsOptions {
  /**
   * Where the node's OCI runtime leaves a file named after each container that the kernel took a process of for memory,
   * before the engine hears of the container's end. Without it Docker's event decides, which may come later or never.
   */
  readonly dir?: string | undefined;
  readonly clock: Clock;
}

/**
 * Which containers lost a process because memory ran out. Docker's own answer (`State.OOMKilled`) is only right when it
 * heard of the cause before the end.
 */
export class OomKills {
  readonly #dir: string | undefined;
  readonly #clock: Clock;
  readonly #told = new Set<string>();
  /** When each ended container's cause has been waited for long enough. */
  readonly #deadlines = new Map<string, number>();
  readonly #waiting = new Map<string, AbortController>();

  constructor({ dir, clock }: OomKillsOptions) {
    this.#dir = dir;
    this.#clock = clock;
  }

  /** Docker said so. */
  note(id: string): void {
    this.#told.add(id);
    this.#waiting.get(id)?.abort();
  }

  /** The container ends because we want it to: nobody need wait for another cause. */
  expectKill(id: string): void {
    this.#deadlines.set(id, 0);
  }

  /** Whether the ended container was killed for memory; waits where that isn't decided yet. */
  async has({ id, docker: { State } }: Entry): Promise<boolean> {
    if (State.OOMKilled || this.#told.has(id)) return true;
    if (this.#dir !== undefined) return pathExists(join(this.#dir, id));
    if (State.ExitCode !== KILLED) return false;
    await this.#wait(id);
    return this.#told.has(id);
  }

  /** The container is gone. */
  async forget(id: string): Promise<void> {
    this.#told.delete(id);
    this.#deadlines.delete(id);
    if (this.#dir !== undefined) await rm(join(this.#dir, id), { force: true });
  }

  /** Forgets all containers but these. */
  async keep(ids: ReadonlySet<string>): Promise<void> {
    for (const known of [this.#told, this.#deadlines])
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    if (this.#dir === undefined) return;
    await mkdir(this.#dir, { recursive: true, mode: 0o755 });
    for (const id of await readdir(this.#dir)) if (!ids.has(id)) await rm(join(this.#dir, id), { force: true });
  }

  async #wait(id: string): Promise<void> {
    const now = this.#clock.now();
    const deadline = this.#deadlines.get(id) ?? now + WAIT_MS;
    this.#deadlines.set(id, deadline);
    if (deadline <= now) return;
    const waiting = this.#waiting.get(id) ?? new AbortController();
    this.#waiting.set(id, waiting);
    await this.#clock.sleep(deadline - now, waiting.signal).catch(() => {});
    this.#waiting.delete(id);
  }
}
