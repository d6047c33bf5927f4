import { CriError, type NamespaceMode } from '@coxswain/cri';
import type { Clock, KeyedSerialiser, Logger } from '@coxswain/foundation';
import type { StreamingServer } from '@coxswain/streaming';
import type { PodNetwork } from './cni/pod-network.ts';
import type { ContainerStore, Entry } from './container-store.ts';
import type { ContainerUsers } from './container-users.ts';
import { type DockerEngine, DockerError } from './docker/docker-engine.ts';
import type { EventHub } from './event-hub.ts';
import type { ImageNames } from './image-names.ts';
import type { ContainerLogs } from './logs/container-logs.ts';
import type { OomKills } from './oom-kills.ts';
import type { ReadOnlyTrees } from './read-only-trees.ts';
import type { SandboxRecords } from './sandbox-records.ts';
import type { StatsReader } from './stats/stats-reader.ts';
import type { Dialers } from './streaming/dialers.ts';

/** What every RPC works with. */
export interface Runtime {
  readonly engine: DockerEngine;
  readonly store: ContainerStore;
  readonly network: PodNetwork;
  readonly records: SandboxRecords;
  readonly readOnlyTrees: ReadOnlyTrees;
  readonly logs: ContainerLogs;
  readonly events: EventHub;
  readonly images: ImageNames;
  readonly users: ContainerUsers;
  readonly oomKills: OomKills;
  readonly stats: StatsReader;
  readonly streaming: Pick<StreamingServer, 'url'>;
  readonly dialers: Dialers;
  readonly clock: Clock;
  readonly log: Logger;
  /** Changes to one pod's sandbox take turns, keyed by the sandbox's Docker name. */
  readonly turns: KeyedSerialiser<string>;
  /** Ids of containers that were created here and not started yet: of those nobody need ask Docker before. */
  readonly unstarted: Set<string>;
  readonly podInfraContainerImage: string;
  /** Capabilities at hand, without `CAP_`. */
  readonly capabilities: ReadonlySet<string>;
  /** Says once what the machine doesn't allow. */
  readonly warnOnce: (key: string, message: string, fields?: object) => void;
}

/** @throws CriError NOT_FOUND */
export async function findSandbox({ store }: Runtime, id: string): Promise<Entry> {
  const entry = await store.get(id);
  if (entry?.type !== 'podsandbox') throw new CriError('NOT_FOUND', `No such sandbox: ${id}`);
  return entry;
}

/** @throws CriError NOT_FOUND */
export async function findContainer({ store }: Runtime, id: string): Promise<Entry> {
  const entry = await store.get(id);
  if (entry?.type !== 'container') throw new CriError('NOT_FOUND', `No such container: ${id}`);
  return entry;
}

export function networkMode(entry: Entry): NamespaceMode {
  return entry.record.namespaces?.network ?? 'POD';
}

/** A name without Docker's leading slash. */
export function dockerName(entry: Entry): string {
  return entry.docker.Name.replace(/^\//, '');
}

/** Docker's refusals under gRPC's codes; other errors pass. */
export function toCriError(error: unknown): unknown {
  if (!(error instanceof DockerError)) return error;
  const { statusCode, message } = error;
  const options = { cause: error };
  if (statusCode === 404) return new CriError('NOT_FOUND', message, options);
  if (statusCode === 409) return new CriError('FAILED_PRECONDITION', message, options);
  if (statusCode === 400) return new CriError('INVALID_ARGUMENT', message, options);
  if (statusCode === 0) return new CriError('UNAVAILABLE', `Docker engine: ${message}`, options);
  return new CriError('UNKNOWN', message, options);
}
