import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Backoff, type Clock, childController, KeyedSerialiser, type Logger } from '@coxswain/foundation';
import type { DockerEngine } from '../docker/docker-engine.ts';
import { LogFile } from './log-file.ts';
import { type LogMessage, LogParser } from './log-parser.ts';
import { Skipper, toSince } from './log-position.ts';

export interface LoggedContainer {
  readonly id: string;
  /** Absolute path of the CRI log file; '' writes none. */
  readonly logPath: string;
  readonly tty: boolean;
}

export interface LogDeps {
  readonly engine: DockerEngine;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether Docker may still have output to come. */
  readonly isRunning: (id: string) => Promise<boolean>;
}

interface Pump {
  readonly file: LogFile;
  readonly done: Promise<void>;
  readonly controller: AbortController;
}

/**
 * Copies containers' output from Docker into CRI log files. Docker keeps the output too, so after a restart of either
 * side copying goes on behind the last message written: nothing is lost and nothing comes twice.
 */
export class ContainerLogs {
  readonly #deps: LogDeps;
  readonly #signal: AbortSignal;
  readonly #pumps = new Map<string, Pump>();
  /** Writing, rotating and closing one file take turns. */
  readonly #turns = new KeyedSerialiser<string>();

  constructor(deps: LogDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Copies until the container has ended and all its output is written. Does nothing when it is copied already. */
  follow(container: LoggedContainer): void {
    const { id, logPath } = container;
    if (logPath === '' || this.#pumps.has(id) || this.#signal.aborted) return;
    const controller = childController(this.#signal);
    const file = new LogFile(logPath, this.#deps.stateDir, id);
    const done = this.#run(container, file, controller.signal)
      .catch((err) => {
        if (!controller.signal.aborted) this.#deps.log.error({ err, containerId: id }, 'container log copying failed');
      })
      .finally(async () => {
        if (this.#pumps.get(id)?.file === file) this.#pumps.delete(id);
        await this.#turns.run(id, () => file.close()).catch(() => {});
        controller.abort();
      });
    this.#pumps.set(id, { file, done, controller });
  }

  /** Resolves when the ended container's output is all written, or after `ms`. */
  async drained(id: string, ms: number): Promise<void> {
    const pump = this.#pumps.get(id);
    if (!pump) return;
    const timer = new AbortController();
    await Promise.race([pump.done, this.#deps.clock.sleep(ms, timer.signal).catch(() => {})]);
    timer.abort();
  }

  /** Starts the log file anew after its rotation; false when the container isn't copied. */
  async reopen(id: string): Promise<boolean> {
    const pump = this.#pumps.get(id);
    if (!pump) return false;
    await this.#turns.run(id, () => pump.file.reopen());
    return true;
  }

  /** Ends copying and forgets the container; its log file stays. */
  async remove(container: LoggedContainer): Promise<void> {
    const pump = this.#pumps.get(container.id);
    pump?.controller.abort();
    await pump?.done;
    await new LogFile(container.logPath, this.#deps.stateDir, container.id).forget();
  }

  /** Forgets containers that went while this program was away. */
  async keep(ids: ReadonlySet<string>): Promise<void> {
    const { stateDir } = this.#deps;
    for (const name of await readdir(stateDir).catch(() => []))
      if (!ids.has(name.replace(/\.json(\.tmp)?$/, ''))) await rm(join(stateDir, name), { force: true });
  }

  async #run({ id, tty }: LoggedContainer, file: LogFile, signal: AbortSignal): Promise<void> {
    const { engine, clock, log, isRunning } = this.#deps;
    const backoff = new Backoff({ initial: 100, max: 10_000, jitter: 0.2 });
    while (!signal.aborted) {
      try {
        await this.#turns.run(id, () => file.open());
        const { position } = file;
        const stream = await engine.logs(id, { since: position && toSince(position), signal });
        await this.#copy(stream, id, tty, file, signal);
        if (!(await isRunning(id))) return;
      } catch (err) {
        if (signal.aborted) return;
        if (!(await isRunning(id).catch(() => true))) return;
        log.warn({ err, containerId: id }, 'container log stream broken');
      }
      await clock.sleep(backoff.next(), signal).catch(() => {});
    }
  }

  async #copy(
    stream: AsyncIterable<Buffer>,
    id: string,
    tty: boolean,
    file: LogFile,
    signal: AbortSignal,
  ): Promise<void> {
    const parser = new LogParser(tty);
    const skipper = new Skipper(file.position);
    for await (const chunk of stream) {
      const messages: LogMessage[] = parser.push(chunk).filter(({ time }) => !skipper.skips(time));
      if (signal.aborted) return;
      await this.#turns.run(id, () => file.append(messages));
    }
  }
}

export function logStateDir(rootDir: string): string {
  return join(rootDir, 'logs');
}
