import {
  isAlreadyExists,
  isConflict,
  isNotFound,
  MIRROR_POD_ANNOTATION,
  type Node,
  type Pod,
  podKind,
} from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { Clock, Logger } from '@coxswain/foundation';
import { podKey, uidOf } from '../container/pod-containers.ts';
import { CONFIG_HASH_ANNOTATION, toMirrorPod } from './static-pod.ts';

export interface StaticPodsOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodeName: string;
  readonly node: () => Node | undefined;
  /** The mirror pods of this node that the API has. */
  readonly mirrors: () => readonly Pod[];
  /** Whether those and the static pods are known. */
  readonly ready: () => boolean;
  /** Whether a pod of this uid still has a worker. */
  readonly hasWorker: (uid: string) => boolean;
  readonly start: (pod: Pod) => void;
  readonly end: (uid: string) => void;
  /** The pod's mirror, undefined while there is none. */
  readonly onMirror: (uid: string, mirror: Pod | undefined) => void;
}

const PERIOD_MS = 1000;

/** Runs the static pods and shows each in the API as a mirror pod, made anew whenever it differs or is gone. */
export class StaticPods {
  readonly #options: StaticPodsOptions;
  /** By name: what the sources want now. */
  #wanted = new Map<string, Pod>();
  /** By name: what was handed to a worker. */
  readonly #started = new Map<string, Pod>();

  constructor(options: StaticPodsOptions) {
    this.#options = options;
  }

  set(pods: readonly Pod[]): void {
    this.#wanted = new Map(pods.map((pod) => [podKey(pod), pod]));
    this.#reconcileWorkers();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, ready } = this.#options;
    while (!signal.aborted) {
      this.#reconcileWorkers();
      if (ready()) await this.#reconcileMirrors(signal).catch((err) => log.warn({ err }, 'failed to keep mirror pods'));
      await clock.sleep(PERIOD_MS, signal).catch(() => {});
    }
  }

  /** Another pod of the same name begins only when the one before it has left no trace. */
  #reconcileWorkers(): void {
    const { hasWorker, start, end } = this.#options;
    for (const [name, pod] of this.#started) {
      const uid = uidOf(pod);
      const wanted = this.#wanted.get(name);
      if (wanted && uidOf(wanted) === uid) continue;
      if (hasWorker(uid)) end(uid);
      else this.#started.delete(name);
    }
    for (const [name, pod] of this.#wanted) {
      if (this.#started.has(name)) continue;
      this.#started.set(name, pod);
      start(pod);
    }
  }

  async #reconcileMirrors(signal: AbortSignal): Promise<void> {
    const { mirrors, onMirror, nodeName, node, log } = this.#options;
    const present = new Map(mirrors().map((mirror) => [podKey(mirror), mirror]));
    for (const [name, mirror] of present) {
      const pod = this.#wanted.get(name) ?? this.#started.get(name);
      const hash = pod?.metadata.annotations?.[CONFIG_HASH_ANNOTATION];
      const right = hash !== undefined && mirror.metadata.annotations?.[MIRROR_POD_ANNOTATION] === hash;
      if (pod && right && !mirror.metadata.deletionTimestamp) onMirror(uidOf(pod), mirror);
      else {
        if (pod) onMirror(uidOf(pod), undefined);
        await this.#delete(mirror, signal);
        log.info({ pod: name }, 'deleted mirror pod');
      }
    }
    const owner = node();
    if (!owner) return;
    for (const [name, pod] of this.#wanted) {
      if (present.has(name)) continue;
      const mirror = toMirrorPod(pod, { name: nodeName, uid: owner.metadata.uid });

      try {
        await this.#options.client.resource(podKind).create(mirror, { signal, timeoutMs: 10_000 });
        log.info({ pod: name }, 'created mirror pod');
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
    }
  }

  async #delete(mirror: Pod, signal: AbortSignal): Promise<void> {
    const { name, namespace, uid } = mirror.metadata;
    try {
      await this.#options.client.resource(podKind).delete(name, {
        namespace,
        gracePeriodSeconds: 0,
        ...(uid === undefined ? {} : { preconditions: { uid } }),
        signal,
        timeoutMs: 10_000,
      });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }
}
