import { setTimeout as sleep } from 'node:timers/promises';
import { type Nanos, parseNanos } from '@coxswain/cri';
import { KeyedSerialiser } from '@coxswain/foundation';
import type { DockerEngine } from './docker/docker-engine.ts';
import type { DockerContainer } from './docker/docker-types.ts';
import { fromDockerLabels, type ParsedLabels, POD_UID, RECORD } from './labels.ts';

/** Milliseconds that a look at all containers waits for one that Docker can't show. */
const PATIENCE_MS = 5000;

/** One of our containers, sandbox or not, as Docker last showed it. */
export interface Entry extends ParsedLabels {
  readonly id: string;
  readonly createdAt: Nanos;
  readonly docker: DockerContainer;
}

/** Why to inspect: what is said to have happened, and the pod that it concerns where that is known. */
interface News {
  readonly pod: string | undefined;
  readonly actions: readonly string[];
}

/** An inspection under way, which shows all of its news. */
interface Refresh extends News {
  readonly done: Promise<void>;
}

/**
 * Our containers, kept in memory and true by Docker's events: `touch` marks one as changed, and whoever reads next
 * inspects it again first. Callers touch what they changed themselves, so everyone reads their own writes. While the
 * event stream is away (`synced` is false) every read asks Docker.
 */
export class ContainerStore {
  readonly #engine: DockerEngine;
  readonly #entries = new Map<string, Entry>();
  readonly #dirty = new Map<string, News>();
  readonly #running = new Map<string, Refresh>();
  /** Inspections that haven't begun, since another of the same container is under way. */
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #order = new KeyedSerialiser<string>();
  readonly #patienceMs: number;
  synced = false;

  constructor(engine: DockerEngine, { patienceMs = PATIENCE_MS }: { readonly patienceMs?: number } = {}) {
    this.#engine = engine;
    this.#patienceMs = patienceMs;
  }

  /** The container may have changed, appeared or gone. Who asks for another pod than `pod` needn't know. */
  touch(id: string, pod?: string): void {
    this.#mark(id, { pod, actions: [] });
  }

  /** What Docker said, or did for us; of what the entry shows already nothing is asked again. */
  note(action: string, id: string, pod?: string): void {
    const running = this.#running.get(id);
    if (action === 'destroy' && !running) {
      this.#entries.delete(id);
      this.#dirty.delete(id);
      return;
    }
    if (showsAlready(this.#entries.get(id), action)) return;
    if (!running?.actions.includes(action)) this.#mark(id, { pod, actions: [action] });
  }

  /**
   * Those of the pod of this uid; without it all that Docker shows within some seconds, and of others what it showed
   * last, if ever: a container that hangs hides no other pod's. @throws DockerError when Docker is away, or can't show
   * one of that pod's
   */
  async list(pod?: string): Promise<Entry[]> {
    if (!this.synced) await this.#touchAll();
    if (pod === undefined) return this.#look();
    await Promise.all(this.#settle(pod));
    return [...this.#entries.values()].filter((entry) => entry.pod.uid === pod);
  }

  /** Each and every one. @throws DockerError when Docker can't show one */
  async complete(): Promise<Entry[]> {
    if (!this.synced) await this.#touchAll();
    await Promise.all(this.#settle());
    return [...this.#entries.values()];
  }

  /** Asks Docker for everything; resolves as `list` does. @throws DockerError when Docker is away */
  async resync(): Promise<Entry[]> {
    await this.#touchAll();
    return this.#look();
  }

  /** Undefined when Docker has no such container or it isn't ours. */
  async get(id: string): Promise<Entry | undefined> {
    if (id === '') return undefined;
    if (!this.synced || this.#dirty.has(id) || !this.#entries.has(id)) await this.#refresh(id);
    else await this.#running.get(id)?.done;
    return this.#entries.get(id);
  }

  async containersOf(sandboxId: string): Promise<Entry[]> {
    const pod = this.#entries.get(sandboxId)?.pod.uid;
    return (await this.list(pod)).filter((entry) => entry.sandboxId === sandboxId);
  }

  async #touchAll(): Promise<void> {
    for (const { Id, Labels } of await this.#engine.listContainers(RECORD)) this.touch(Id, Labels[POD_UID]);
    for (const id of this.#entries.keys()) this.touch(id);
  }

  async #look(): Promise<Entry[]> {
    const enough = new AbortController();
    const patience = sleep(this.#patienceMs, undefined, { signal: enough.signal }).catch(() => {});
    await Promise.race([Promise.allSettled(this.#settle()), patience]);
    enough.abort();
    return [...this.#entries.values()];
  }

  #settle(pod?: string): Promise<void>[] {
    const concerns = (owner: string | undefined) => pod === undefined || owner === undefined || owner === pod;
    const changed = [...this.#dirty].filter(([, news]) => concerns(news.pod));
    const running = [...this.#running.values()].filter((refresh) => concerns(refresh.pod));
    return [...changed.map(([id]) => this.#refresh(id)), ...running.map(({ done }) => done)];
  }

  #mark(id: string, { pod, actions }: News): void {
    const before = this.#dirty.get(id);
    this.#dirty.set(id, {
      pod: this.#entries.get(id)?.pod.uid ?? pod ?? before?.pod,
      actions: [...(before?.actions ?? []), ...actions].slice(-8),
    });
  }

  #refresh(id: string): Promise<void> {
    const waiting = this.#waiting.get(id);
    if (waiting) return waiting;
    const news = this.#dirty.get(id) ?? { pod: this.#entries.get(id)?.pod.uid, actions: [] };
    const done = this.#order.run(id, async () => {
      this.#waiting.delete(id);
      this.#dirty.delete(id);
      try {
        this.#put(id, await this.#engine.inspectContainer(id));
      } catch (error) {
        this.#mark(id, news);
        throw error;
      }
    });
    this.#waiting.set(id, done);
    this.#running.set(id, { ...news, done });
    const forget = () => {
      if (this.#running.get(id)?.done === done) this.#running.delete(id);
    };
    done.then(forget, forget);
    return done;
  }

  #put(id: string, docker: DockerContainer | undefined): void {
    const entry = docker && toEntry(docker);
    if (entry) this.#entries.set(entry.id, entry);
    else this.#entries.delete(id);
  }
}

/** Whether what the event tells of is in the entry. */
export function showsAlready(entry: Entry | undefined, action: string): boolean {
  if (!entry) return false;
  const { Running, Status } = entry.docker.State;
  switch (action) {
    case 'create':
      return true;
    case 'start':
      return Running;
    case 'die':
      return !Running && Status === 'exited';
    default:
      return false;
  }
}

export function toEntry(docker: DockerContainer): Entry | undefined {
  const parsed = fromDockerLabels(docker.Config.Labels);
  return parsed && { ...parsed, id: docker.Id, createdAt: parseNanos(docker.Created), docker };
}
