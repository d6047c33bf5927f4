import type { WaitingReason } from '../status/container-statuses.ts';

/** Why containers of this node's pods are not running, by pod uid and container name. */
export class WaitingReasons {
  readonly #byPod = new Map<string, Map<string, WaitingReason>>();

  get(uid: string, container: string): WaitingReason | undefined {
    return this.#byPod.get(uid)?.get(container);
  }

  set(uid: string, container: string, reason: WaitingReason): void {
    const pod = this.#byPod.get(uid) ?? new Map<string, WaitingReason>();
    pod.set(container, reason);
    this.#byPod.set(uid, pod);
  }

  clear(uid: string, container: string): void {
    this.#byPod.get(uid)?.delete(container);
  }

  forget(uid: string): void {
    this.#byPod.delete(uid);
  }
}
