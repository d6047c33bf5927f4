import { type CriClient, nanosToMs } from '@coxswain/cri';
import type { Clock, Logger } from '@coxswain/foundation';
import { CONTAINER_NAME_LABEL, POD_UID_LABEL } from '../container/names.ts';
import { type ContainerGcPolicy, planContainerGc } from './plan-container-gc.ts';

export interface ContainerGcOptions {
  readonly cri: Pick<CriClient, 'listContainers' | 'removeContainer' | 'listPodSandbox' | 'removePodSandbox'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly policy: ContainerGcPolicy;
  /** Whether the kubelet has this pod. */
  readonly isPresent: (uid: string) => boolean;
  /** Whether nothing of the pod is to run any more. */
  readonly isTerminated: (uid: string) => boolean;
  /** Whether all pods of the node are known; before, nothing is nobody's. */
  readonly ready: () => boolean;
  /** Milliseconds between rounds; a minute unless given. */
  readonly periodMs?: number;
}

/** Removes dead containers beyond the bounds, and dead sandboxes that hold nothing any more. */
export class ContainerGarbageCollector {
  readonly #options: ContainerGcOptions;

  constructor(options: ContainerGcOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, periodMs = 60_000 } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(periodMs, signal).catch(() => {});
      if (signal.aborted) return;
      await this.collect().catch((err) => log.warn({ err }, 'container garbage collection failed'));
    }
  }

  /** `all` removes every dead container of pods that have ended, as when the disk is full. */
  async collect({ all = false } = {}): Promise<void> {
    const { cri, clock, log, policy, isPresent, isTerminated, ready } = this.#options;
    if (!ready()) return;
    const { containers } = await cri.listContainers({});
    const ours = containers.filter(({ labels }) => labels[POD_UID_LABEL] !== undefined);
    const dead = ours
      .filter(({ state }) => state === 'CONTAINER_EXITED')
      .map(({ id, labels, podSandboxId, createdAt }) => ({
        id,
        podUid: labels[POD_UID_LABEL] ?? '',
        name: labels[CONTAINER_NAME_LABEL] ?? '',
        sandboxId: podSandboxId,
        createdAt: nanosToMs(createdAt),
      }));
    const options = { now: clock.now(), isPresent };
    const chosen = all ? dead.filter(({ podUid }) => isTerminated(podUid)) : planContainerGc(dead, policy, options);
    for (const { id, name } of chosen) {
      await cri
        .removeContainer({ containerId: id })
        .catch((err) => log.debug({ err, container: name }, 'failed to remove dead container'));
    }
    await this.#collectSandboxes(new Set(chosen.map(({ id }) => id)), ours);
  }

  async #collectSandboxes(
    removed: ReadonlySet<string>,
    containers: readonly { readonly id: string; readonly podSandboxId: string }[],
  ): Promise<void> {
    const { cri, log, isPresent } = this.#options;
    const used = new Set(containers.filter(({ id }) => !removed.has(id)).map(({ podSandboxId }) => podSandboxId));
    const { items } = await cri.listPodSandbox({});
    const newest = new Map<string, string>();
    const ours = items
      .filter(({ labels }) => labels[POD_UID_LABEL] !== undefined)
      .sort((a, b) => (b.createdAt < a.createdAt ? -1 : 1));
    for (const { id, labels } of ours) {
      const uid = labels[POD_UID_LABEL] ?? '';
      if (!newest.has(uid)) newest.set(uid, id);
    }
    for (const { id, labels, state } of ours) {
      const uid = labels[POD_UID_LABEL] ?? '';
      if (state === 'SANDBOX_READY' || used.has(id) || (newest.get(uid) === id && isPresent(uid))) continue;
      await cri
        .removePodSandbox({ podSandboxId: id })
        .catch((err) => log.debug({ err, sandbox: id }, 'failed to remove dead sandbox'));
    }
  }
}
