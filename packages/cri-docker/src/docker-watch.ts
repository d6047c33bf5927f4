import type { ContainerEventType } from '@coxswain/cri';
import { Backoff, type Clock, childController, type Logger } from '@coxswain/foundation';
import type { ContainerStore, Entry } from './container-store.ts';
import type { DockerEngine } from './docker/docker-engine.ts';
import type { DockerEvent } from './docker/docker-types.ts';
import { POD_UID, RECORD, SANDBOX_ID, TYPE } from './labels.ts';

/** A step in a container's life; `sandboxId` is its own id for a sandbox. */
export interface Happening {
  readonly id: string;
  readonly sandboxId: string;
  readonly type: ContainerEventType;
  /** Nanoseconds since the epoch. */
  readonly at: bigint;
}

export interface WatchDeps {
  readonly engine: DockerEngine;
  readonly store: ContainerStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onHappening: (happening: Happening) => void;
  /** Memory ran out in the container of this id. */
  readonly onOom: (id: string) => void;
  /** After each time that the store has caught up with Docker. */
  readonly onSynced: (first: boolean) => void;
}

const TYPES: Readonly<Record<string, ContainerEventType>> = {
  create: 'CONTAINER_CREATED_EVENT',
  start: 'CONTAINER_STARTED_EVENT',
  die: 'CONTAINER_STOPPED_EVENT',
  destroy: 'CONTAINER_DELETED_EVENT',
};

const STATES: Partial<Record<ContainerEventType, Told['state']>> = {
  CONTAINER_CREATED_EVENT: 'created',
  CONTAINER_STARTED_EVENT: 'running',
  CONTAINER_STOPPED_EVENT: 'exited',
};

/**
 * Keeps the store true by Docker's event stream until the signal aborts. Whenever the stream breaks it starts over with
 * back-off, and what changed meanwhile is told as if events had come, so a restart of Docker hides nothing.
 */
export async function watchDocker(deps: WatchDeps, signal: AbortSignal): Promise<void> {
  const { engine, store, clock, log, onHappening, onOom, onSynced } = deps;
  const backoff = new Backoff({ initial: 100, max: 5000, jitter: 0.2 });
  // Not what the store held: readers bring it up to date while the stream is away.
  const told = new Map<string, Told>();
  const tell = (happening: Happening) => {
    const { id, sandboxId, type } = happening;
    const state = STATES[type];
    if (state) told.set(id, { sandboxId, state });
    else told.delete(id);
    onHappening(happening);
  };
  let first = true;
  while (!signal.aborted) {
    const round = childController(signal);
    try {
      const events = await engine.events(RECORD, { signal: round.signal });
      const entries = new Map((await store.resync()).map((entry) => [entry.id, entry]));
      store.synced = true;
      backoff.reset();
      for (const id of new Set([...told.keys(), ...entries.keys()])) {
        const entry = entries.get(id);
        if (first && entry) told.set(id, toldOf(entry));
        else for (const happening of missed(id, told.get(id), entry, clock.now())) tell(happening);
      }
      onSynced(first);
      first = false;
      for await (const event of events) {
        store.note(event.Action, event.Actor.ID, event.Actor.Attributes[POD_UID]);
        if (event.Action === 'oom') onOom(event.Actor.ID);
        const happening = toHappening(event);
        if (happening) tell(happening);
      }
      if (!signal.aborted) log.warn('docker event stream ended');
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, 'docker event stream broken');
    } finally {
      store.synced = false;
      round.abort();
    }
    await clock.sleep(backoff.next(), signal).catch(() => {});
  }
}

export function toHappening(event: DockerEvent): Happening | undefined {
  const type = TYPES[event.Action];
  if (type === undefined) return undefined;
  const { ID: id, Attributes: labels } = event.Actor;
  const sandboxId = labels[TYPE] === 'podsandbox' ? id : (labels[SANDBOX_ID] ?? '');
  // timeNano is beyond 2^53 and has lost its last digits: good enough for an event's time.
  return { id, sandboxId, type, at: BigInt(event.timeNano) };
}

/** What a container was last told to be. */
export interface Told {
  readonly sandboxId: string;
  readonly state: 'created' | 'running' | 'exited';
}

/** The events that must have happened since a container was told of (undefined: never), by what the store shows now. */
export function missed(id: string, told: Told | undefined, entry: Entry | undefined, now: number): Happening[] {
  const is = entry && toldOf(entry);
  const sandboxId = is?.sandboxId ?? told?.sandboxId;
  if (sandboxId === undefined || is?.state === told?.state) return [];
  const types: ContainerEventType[] = [];
  if (!told) types.push('CONTAINER_CREATED_EVENT');
  if (is?.state === 'running') types.push('CONTAINER_STARTED_EVENT');
  else if (told?.state === 'running' || is?.state === 'exited') types.push('CONTAINER_STOPPED_EVENT');
  if (!is) types.push('CONTAINER_DELETED_EVENT');
  return types.map((type) => ({ id, sandboxId, type, at: BigInt(now) * 1_000_000n }));
}

function toldOf({ id, type, sandboxId, docker }: Entry): Told {
  const { Status } = docker.State;
  const state =
    Status === 'created' ? 'created' : ['exited', 'dead', 'removing'].includes(Status) ? 'exited' : 'running';
  return { sandboxId: type === 'podsandbox' ? id : sandboxId, state };
}
