import type { ContainerEventType } from '@coxswain/cri';
import { Backoff, type Clock, childController, type Logger } from '@coxswain/foundation';
import type { Change, ContainerStore } from './container-store.ts';
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

/**
 * Keeps the store true by Docker's event stream until the signal aborts. Whenever the stream breaks it starts over with
 * back-off, and what changed meanwhile is told as if events had come, so a restart of Docker hides nothing.
 */
export async function watchDocker(deps: WatchDeps, signal: AbortSignal): Promise<void> {
  const { engine, store, clock, log, onHappening, onOom, onSynced } = deps;
  const backoff = new Backoff({ initial: 100, max: 5000, jitter: 0.2 });
  let first = true;
  while (!signal.aborted) {
    const round = childController(signal);
    try {
      const events = await engine.events(RECORD, { signal: round.signal });
      const changes = await store.resync();
      store.synced = true;
      backoff.reset();
      if (!first)
        for (const change of changes) for (const happening of missed(change, clock.now())) onHappening(happening);
      onSynced(first);
      first = false;
      for await (const event of events) {
        store.note(event.Action, event.Actor.ID, event.Actor.Attributes[POD_UID]);
        if (event.Action === 'oom') onOom(event.Actor.ID);
        const happening = toHappening(event);
        if (happening) onHappening(happening);
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

/** The events that must have happened between two sights of a container. */
export function missed({ before, after }: Change, now: number): Happening[] {
  const entry = after ?? before;
  if (!entry) return [];
  const sandboxId = entry.type === 'podsandbox' ? entry.id : entry.sandboxId;
  const types: ContainerEventType[] = [];
  if (!before) types.push('CONTAINER_CREATED_EVENT');
  const was = before?.docker.State.Status ?? 'created';
  const is = after?.docker.State.Status ?? 'gone';
  if (is === 'running') types.push('CONTAINER_STARTED_EVENT');
  else if (was === 'running' || is === 'exited' || is === 'dead') types.push('CONTAINER_STOPPED_EVENT');
  if (!after) types.push('CONTAINER_DELETED_EVENT');
  return types.map((type) => ({ id: entry.id, sandboxId, type, at: BigInt(now) * 1_000_000n }));
}
