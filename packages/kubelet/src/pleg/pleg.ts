import type { ContainerEventResponse, CriClient } from '@coxswain/cri';
import { Backoff, type Clock, type Logger } from '@coxswain/foundation';
import { POD_UID_LABEL } from '../container/names.ts';

export interface PlegOptions {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** The runtime's view of this pod changed. */
  readonly onChange: (uid: string) => void;
  /** The runtime answers again after it didn't. */
  readonly onReconnect: () => void;
  /** Milliseconds between lists while events flow; 60 s unless given. */
  readonly relistMs?: number;
  /** Milliseconds between lists while they don't; 1 s unless given. */
  readonly fallbackMs?: number;
}

export interface RuntimeCounts {
  readonly sandboxes: number;
  readonly containers: Readonly<Record<'created' | 'running' | 'exited' | 'unknown', number>>;
}

/** Pod uid and state of a sandbox or container by its id. */
type Snapshot = Map<string, { readonly uid: string; readonly state: string }>;

/**
 * Pod life-cycle event generator: follows the runtime's event stream, and lists everything now and then (every second
 * when there is no stream) to find what was missed.
 */
export class Pleg {
  readonly #options: PlegOptions;
  #known: Snapshot = new Map();
  #streaming = false;
  #failing = false;
  #listedAt = 0;

  constructor(options: PlegOptions) {
    this.#options = options;
  }

  /** Milliseconds since the epoch of the last list that worked, 0 before the first. */
  get listedAt(): number {
    return this.#listedAt;
  }

  /** Pods that the runtime has anything of, as of the last list and the events since. */
  get uids(): Set<string> {
    return new Set([...this.#known.values()].map(({ uid }) => uid));
  }

  /** How many sandboxes are ready, and how many containers are in each state, as of the last list and the events since. */
  get counts(): RuntimeCounts {
    let sandboxes = 0;
    const containers = { created: 0, running: 0, exited: 0, unknown: 0 };
    for (const { state } of this.#known.values()) {
      if (state === 'SANDBOX_READY') sandboxes++;
      const name = /^CONTAINER_(\w+)$/.exec(state)?.[1]?.toLowerCase();
      if (name !== undefined && name in containers) containers[name as keyof typeof containers]++;
    }
    return { sandboxes, containers };
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#follow(signal), this.#relistLoop(signal)]);
  }

  /** Lists now. @throws CriError when the runtime doesn't answer; then it is asked again soon */
  async relist(): Promise<void> {
    const { onChange, onReconnect, clock } = this.#options;
    const [{ items }, { containers }] = await this.#list();
    const fresh: Snapshot = new Map();
    for (const { id, labels, state } of [...items, ...containers]) {
      const uid = labels[POD_UID_LABEL];
      if (uid !== undefined) fresh.set(id, { uid, state });
    }
    const changed = new Set<string>();
    for (const [id, { uid, state }] of fresh) if (this.#known.get(id)?.state !== state) changed.add(uid);
    for (const [id, { uid }] of this.#known) if (!fresh.has(id)) changed.add(uid);
    this.#known = fresh;
    this.#listedAt = clock.now();
    if (this.#failing) onReconnect();
    this.#failing = false;
    for (const uid of changed) onChange(uid);
  }

  async #list() {
    const { cri, log } = this.#options;
    try {
      return await Promise.all([cri.listPodSandbox({}), cri.listContainers({})]);
    } catch (err) {
      if (!this.#failing) log.warn({ err }, 'failed to list containers of the runtime');
      this.#failing = true;
      throw err;
    }
  }

  async #relistLoop(signal: AbortSignal): Promise<void> {
    const { clock, relistMs = 60_000, fallbackMs = 1000 } = this.#options;
    while (!signal.aborted) {
      await this.relist().catch(() => {});
      const until = clock.now() + (this.#streaming && !this.#failing ? relistMs : fallbackMs);
      while (!signal.aborted && clock.now() < until) {
        await clock.sleep(Math.min(fallbackMs, until - clock.now()), signal).catch(() => {});
        if (!this.#streaming || this.#failing) break;
      }
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { cri, clock, log } = this.#options;
    const backoff = new Backoff({ initial: 200, max: 5000, jitter: 0.2 });
    while (!signal.aborted) {
      try {
        // What happens before the stream stands is found by the list that comes after it.
        this.#streaming = true;
        const relisting = clock.sleep(200, signal).then(() => this.relist());
        relisting.catch(() => {});
        for await (const event of cri.getContainerEvents({}, { signal })) {
          backoff.reset();
          this.#note(event);
        }
      } catch (err) {
        if (!signal.aborted) log.debug({ err }, 'container event stream ended');
      }
      this.#streaming = false;
      await clock.sleep(backoff.next(), signal).catch(() => {});
    }
  }

  #note({ containerId, containerEventType, podSandboxStatus, containersStatuses }: ContainerEventResponse): void {
    const uid = podSandboxStatus?.labels[POD_UID_LABEL] ?? this.#known.get(containerId)?.uid;
    if (uid === undefined) return;
    const before = this.#known.get(containerId)?.state;
    const isDeletion = containerEventType === 'CONTAINER_DELETED_EVENT';
    if (isDeletion) this.#known.delete(containerId);
    if (podSandboxStatus) this.#known.set(podSandboxStatus.id, { uid, state: podSandboxStatus.state });
    for (const { id, state } of containersStatuses) this.#known.set(id, { uid, state });
    // What is only created is about to be started by us, and what goes without having run could not be: neither changes
    // anything for its pod, and to look at once would be to try again at once.
    const hasRun = before !== undefined && before !== 'CONTAINER_CREATED';
    if (isDeletion ? hasRun : containerEventType !== 'CONTAINER_CREATED_EVENT') this.#options.onChange(uid);
  }
}
