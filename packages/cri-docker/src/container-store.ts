import { type Nanos, parseNanos } from '@coxswain/cri';
import { KeyedSerialiser } from '@coxswain/foundation';
import type { DockerEngine } from './docker/docker-engine.ts';
import type { DockerContainer } from './docker/docker-types.ts';
import { fromDockerLabels, type ParsedLabels, RECORD } from './labels.ts';

/** One of our containers, sandbox or not, as Docker last showed it. */
export interface Entry extends ParsedLabels {
  readonly id: string;
  readonly createdAt: Nanos;
  readonly docker: DockerContainer;
}

export interface Change {
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
}

/**
 * Our containers, kept in memory and true by Docker's events: `touch` marks one as changed, and whoever reads next
 * inspects it again first. Callers touch what they changed themselves, so everyone reads their own writes. While the
 * event stream is away (`synced` is false) every read asks Docker.
 */
export class ContainerStore {
  readonly #engine: DockerEngine;
  readonly #entries = new Map<string, Entry>();
  readonly #dirty = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #order = new KeyedSerialiser<string>();
  synced = false;

  constructor(engine: DockerEngine) {
    this.#engine = engine;
  }

  /** The container may have changed, appeared or gone. */
  touch(id: string): void {
    this.#dirty.add(id);
  }

  async list(): Promise<Entry[]> {
    if (!this.synced) await this.resync();
    else await this.#settle();
    return [...this.#entries.values()];
  }

  /** Undefined when Docker has no such container or it isn't ours. */
  async get(id: string): Promise<Entry | undefined> {
    if (id === '') return undefined;
    if (!this.synced || this.#dirty.has(id) || !this.#entries.has(id)) await this.#refresh(id);
    else await this.#running.get(id);
    return this.#entries.get(id);
  }

  async containersOf(sandboxId: string): Promise<Entry[]> {
    return (await this.list()).filter((entry) => entry.sandboxId === sandboxId);
  }

  /** Asks Docker for everything and returns what differs from what was known. */
  async resync(): Promise<Change[]> {
    const before = new Map(this.#entries);
    const ids = new Set([...(await this.#engine.listContainerIds(RECORD)), ...before.keys()]);
    for (const id of ids) this.#dirty.add(id);
    await this.#settle();
    return [...ids]
      .map((id) => ({ before: before.get(id), after: this.#entries.get(id) }))
      .filter(({ before: old, after }) => old?.docker.State.Status !== after?.docker.State.Status);
  }

  async #settle(): Promise<void> {
    await Promise.all([...[...this.#dirty].map((id) => this.#refresh(id)), ...this.#running.values()]);
  }

  #refresh(id: string): Promise<void> {
    const task = this.#order.run(id, async () => {
      this.#dirty.delete(id);
      try {
        this.#put(id, await this.#engine.inspectContainer(id));
      } catch (error) {
        this.#dirty.add(id);
        throw error;
      }
    });
    this.#running.set(id, task);
    const done = () => {
      if (this.#running.get(id) === task) this.#running.delete(id);
    };
    task.then(done, done);
    return task;
  }

  #put(id: string, docker: DockerContainer | undefined): void {
    const entry = docker && toEntry(docker);
    if (entry) this.#entries.set(entry.id, entry);
    else this.#entries.delete(id);
  }
}

export function toEntry(docker: DockerContainer): Entry | undefined {
  const parsed = fromDockerLabels(docker.Config.Labels);
  return parsed && { ...parsed, id: docker.Id, createdAt: parseNanos(docker.Created), docker };
}
