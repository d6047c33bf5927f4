import { isConflict, isNotFound, type Pod, type PodStatus, podKind } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import { Backoff, type Clock, type Logger } from '@coxswain/foundation';
import { isStaticPod } from '../config/static-pod.ts';
import { podKey, uidOf } from '../container/pod-containers.ts';
import { statusPatch } from './status-patch.ts';

export interface StatusManagerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Entry {
  readonly uid: string;
  /** A static pod, which the API knows only through its mirror: `base` is the mirror, undefined without one. */
  readonly isStatic: boolean;
  /** The pod as the API last had it, by watch or by our own write. */
  base: Pod | undefined;
  status: PodStatus | undefined;
  /** Nothing of the pod is left on this node; when it is being deleted, it may go from the API. */
  finished: boolean;
  dirty: boolean;
  running: boolean;
}

/**
 * The only writer of pod statuses. It keeps the newest status of each pod and writes it whenever the API says
 * otherwise; a pod whose deletion is complete here it takes out of the API.
 */
export class StatusManager {
  readonly #options: StatusManagerOptions;
  readonly #signal: AbortSignal;
  readonly #entries = new Map<string, Entry>();

  constructor(options: StatusManagerOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** Whether the API has all that was set. */
  get idle(): boolean {
    return [...this.#entries.values()].every(({ running, dirty }) => !running && !dirty);
  }

  /** The status last set, which the API may not have yet. */
  get(uid: string): PodStatus | undefined {
    return this.#entries.get(uid)?.status;
  }

  set(pod: Pod, status: PodStatus): void {
    const entry = this.#entry(pod);
    entry.status = status;
    this.#kick(entry);
  }

  /** Nothing of the pod runs any more and its volumes are gone. */
  finish(pod: Pod): void {
    const entry = this.#entry(pod);
    entry.finished = true;
    this.#kick(entry);
  }

  /** The API's version of the pod, from the watch. */
  observe(pod: Pod): void {
    const entry = this.#entries.get(uidOf(pod));
    if (!entry || !isNewer(pod, entry.base)) return;
    entry.base = pod;
    this.#kick(entry);
  }

  /** The mirror that shows the static pod of this uid in the API. */
  observeMirror(uid: string, mirror: Pod | undefined): void {
    const entry = this.#entries.get(uid);
    if (!entry || entry.base === mirror) return;
    const same = mirror && entry.base && uidOf(mirror) === uidOf(entry.base);
    if (same && !isNewer(mirror, entry.base)) return;
    entry.base = mirror;
    this.#kick(entry);
  }

  /** The pod is gone from the API. */
  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  #entry(pod: Pod): Entry {
    const uid = uidOf(pod);
    let entry = this.#entries.get(uid);
    if (!entry) {
      const isStatic = isStaticPod(pod);
      entry = {
        uid,
        isStatic,
        base: isStatic ? undefined : pod,
        status: undefined,
        finished: false,
        dirty: false,
        running: false,
      };
      this.#entries.set(uid, entry);
    } else if (!entry.isStatic && isNewer(pod, entry.base)) entry.base = pod;
    return entry;
  }

  #kick(entry: Entry): void {
    entry.dirty = true;
    if (!entry.running) void this.#drain(entry);
  }

  async #drain(entry: Entry): Promise<void> {
    const { clock, log } = this.#options;
    const backoff = new Backoff({ initial: 200, max: 10_000, jitter: 0.2 });
    const { uid } = entry;
    entry.running = true;
    try {
      while (entry.dirty && !this.#signal.aborted && this.#entries.get(uid) === entry) {
        entry.dirty = false;
        try {
          await this.#write(entry);
          backoff.reset();
        } catch (err) {
          if (this.#signal.aborted) return;
          if (isNotFound(err)) {
            if (entry.isStatic) entry.base = undefined;
            else this.#entries.delete(uid);
            return;
          }
          entry.dirty = true;
          log.warn({ err, pod: entry.base && podKey(entry.base) }, 'failed to update status for pod');
          if (isConflict(err)) await this.#refresh(entry);
          await clock.sleep(backoff.next(), this.#signal).catch(() => {});
        }
      }
    } finally {
      entry.running = false;
    }
  }

  async #write(entry: Entry): Promise<void> {
    const { base, status } = entry;
    if (!base) return;
    const { name, namespace } = base.metadata;
    const pods = this.#options.client.resource(podKind);
    const options = { namespace, signal: this.#signal, timeoutMs: 10_000 };
    if (status) {
      const body = statusPatch(base, status);
      if (body) {
        const answer = await pods.patch(name, { type: 'strategic', body }, { ...options, subresource: 'status' });
        if (isNewer(answer, entry.base)) entry.base = answer;
      }
    }
    if (entry.isStatic || !entry.finished || !entry.base?.metadata.deletionTimestamp || entry.dirty) return;
    await pods.delete(name, { ...options, gracePeriodSeconds: 0, preconditions: { uid: uidOf(base) } });
  }

  /** After a conflict: another pod of this name means that ours is gone. */
  async #refresh(entry: Entry): Promise<void> {
    if (!entry.base) return;
    const { name, namespace } = entry.base.metadata;
    try {
      const found = await this.#options.client.resource(podKind).get(name, { namespace, timeoutMs: 10_000 });
      if (uidOf(found) === uidOf(entry.base)) entry.base = found;
      else if (entry.isStatic) entry.base = undefined;
      else this.#entries.delete(entry.uid);
    } catch (error) {
      if (isNotFound(error) && !entry.isStatic) this.#entries.delete(entry.uid);
    }
  }
}

/** Resource versions of one object grow; what can't be compared counts as newer. */
function isNewer(a: Pod, b: Pod | undefined): boolean {
  if (!b) return true;
  const [left, right] = [Number(a.metadata.resourceVersion), Number(b.metadata.resourceVersion)];
  if (Number.isNaN(left) || Number.isNaN(right)) return true;
  return left > right;
}
