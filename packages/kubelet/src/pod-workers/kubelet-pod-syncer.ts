import type { Node, Pod, PodStatus } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import type { Clock, Logger } from '@coxswain/foundation';
import type { CgroupManager } from '../cgroups/cgroup-manager.ts';
import { applyPodActions } from '../container/apply-pod-actions.ts';
import { computePodActions, type PodActions } from '../container/compute-pod-actions.ts';
import type { ContainerManagerOptions } from '../container/container-manager-options.ts';
import { errorText } from '../container/error-text.ts';
import { fetchRuntimeStatus } from '../container/fetch-runtime-status.ts';
import type { DownwardContext } from '../container/field-ref.ts';
import { killPod } from '../container/kill-pod.ts';
import { isTerminalPhase, podKey, uidOf } from '../container/pod-containers.ts';
import { type PodRuntimeStatus, podIPsOf } from '../container/runtime-status.ts';
import type { StartError } from '../container/start-error.ts';
import type { ProbeManager } from '../prober/probe-manager.ts';
import { generatePodStatus, isOwnCondition, type PodVerdict } from '../status/generate-pod-status.ts';
import type { StatusManager } from '../status/status-manager.ts';
import { fromApiTime } from '../status/time.ts';
import type { ReferenceCache } from '../volumes/reference-cache.ts';
import type { TokenSource } from '../volumes/token-source.ts';
import type { VolumeManager } from '../volumes/volume-manager.ts';
import { admitPod, type Rejection } from './admit-pod.ts';
import { Allocations } from './allocations.ts';
import type { PodSyncer, SyncOutcome } from './pod-workers.ts';
import { removePodTraces } from './remove-pod-traces.ts';

export interface KubeletPodSyncerOptions {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly containers: ContainerManagerOptions;
  readonly volumes: VolumeManager;
  readonly references: ReferenceCache;
  readonly tokens: TokenSource;
  readonly probes: ProbeManager;
  readonly statuses: StatusManager;
  /** Why the runtime's network isn't ready, undefined when it is. */
  readonly networkProblem: () => string | undefined;
  /** The first part of each container's id. */
  readonly runtimeName: () => Promise<string>;
  /** The control groups of pods; the runtime places containers unless given. */
  readonly cgroups?: CgroupManager | undefined;
  /** The Node as last known; `refresh` asks the API. */
  readonly node?: (refresh: boolean) => Promise<Node | undefined>;
  /** Why the node takes no more pods of this kind (pressure, shutdown). */
  readonly refuse?: (pod: Pod) => Rejection | undefined;
}

/** The first retry after a container that can't be started, in milliseconds; the worker's back-off doesn't apply. */
const START_RETRY_MS = 2000;
const MAX_START_RETRY_MS = 30_000;
/** A resize that failed, or waits for others to go. */
const RESIZE_RETRY_MS = 10_000;

/** Brings a pod of this node to what its spec says, and its status to what is. */
export class KubeletPodSyncer implements PodSyncer {
  readonly #options: KubeletPodSyncerOptions;
  readonly #allocations: Allocations;
  readonly #verdicts = new Map<string, PodVerdict>();
  readonly #startFailures = new Map<string, number>();

  constructor(options: KubeletPodSyncerOptions) {
    this.#options = options;
    const { allocatable, events } = options.containers;
    this.#allocations = new Allocations({ allocatable, events });
  }

  async syncPod(wanted: Pod, signal: AbortSignal, caughtUp: () => void): Promise<SyncOutcome> {
    const { cri, clock, references, volumes, containers, probes } = this.#options;
    const uid = uidOf(wanted);

    // 1. What there is, and whether the pod may be here at all.
    const runtime = await this.#telling(wanted, 'FailedSync', 'error determining status', signal, () =>
      fetchRuntimeStatus(cri, uid),
    );
    await this.#judge(wanted, runtime);
    const pod = this.#allocations.grant(wanted);
    const before = await this.#report(pod, runtime, false);
    if (isTerminalPhase(before.phase)) return { terminal: true };

    // 2. What its containers stand on.
    const network = this.#options.networkProblem();
    if (network !== undefined && !pod.spec.hostNetwork) {
      containers.events.pod(pod, 'Warning', 'NetworkNotReady', `network is not ready: ${network}`);
      throw new Error(`network is not ready: ${network}`);
    }
    references.register(pod);
    const mounted = await volumes.setUp(this.#withStatus(pod), this.#downward(pod, runtime), signal);
    signal.throwIfAborted();

    await this.#options.cgroups?.setUp(pod);
    // 3. The containers themselves.
    const actions = computePodActions(pod, runtime, probes);
    const { changed, errors, resizeFailure } = await applyPodActions(
      containers,
      pod,
      runtime,
      actions,
      mounted,
      signal,
    );
    this.#allocations.note(pod, resizeFailure);
    let rest: number | undefined;
    if (changed || errors.length > 0 || resizeFailure !== undefined) {
      const complete = changed && errors.length === 0;
      if (complete) caughtUp();
      const now = changed ? await fetchRuntimeStatus(cri, uid) : runtime;
      const after = await this.#report(pod, now, false);
      if (isTerminalPhase(after.phase)) return { terminal: true };
      if (complete && hasMore(computePodActions(pod, now, probes))) rest = 0;
    }
    const resizeRetry = resizeFailure !== undefined || this.#allocations.isDeferred(uid) ? RESIZE_RETRY_MS : undefined;
    return {
      terminal: false,
      requeueAfterMs: earliest(this.#retryIn(uid, errors), untilDeadline(pod, before, clock), resizeRetry, rest),
    };
  }

  /** The pod is to end as Failed, for this reason; whoever says so also has its worker end it. */
  condemn(uid: string, verdict: PodVerdict): void {
    this.#verdicts.set(uid, verdict);
  }

  /** The pods that were let in and run or are to run. */
  admitted(): Pod[] {
    return this.#allocations.pods();
  }

  /** Whether it is decided if the pod may run, or it has run to its end. */
  isJudged(pod: Pod): boolean {
    const uid = uidOf(pod);
    return this.#allocations.has(uid) || this.#verdicts.has(uid) || isTerminalPhase(pod.status?.phase);
  }

  async syncTerminatingPod(pod: Pod, grace: number | undefined, signal: AbortSignal): Promise<void> {
    const { probes } = this.#options;
    const uid = uidOf(pod);
    probes.stopLivenessAndStartup(uid);
    const after = await this.#telling(pod, 'FailedKillPod', 'error killing pod', signal, () =>
      this.#kill(pod, grace, signal),
    );
    probes.remove(uid);
    await this.#report(pod, after, true);
  }

  async #kill(pod: Pod, grace: number | undefined, signal: AbortSignal): Promise<PodRuntimeStatus> {
    const { cri, containers } = this.#options;
    const uid = uidOf(pod);
    await killPod(containers, await fetchRuntimeStatus(cri, uid), { pod, graceOverride: grace, signal });
    const after = await fetchRuntimeStatus(cri, uid);
    if (after.containers.some(({ state }) => state === 'running'))
      throw new Error('containers still run after they were stopped');
    return after;
  }

  /** Does it, and tells of a failure by an event of the pod. */
  async #telling<T>(pod: Pod, reason: string, what: string, signal: AbortSignal, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const { events } = this.#options.containers;
      if (!signal.aborted) events.pod(pod, 'Warning', reason, `${what}: ${errorText(error)}`);
      throw error;
    }
  }

  async syncTerminatedPod(pod: Pod): Promise<void> {
    const { volumes, references, statuses } = this.#options;
    const uid = uidOf(pod);
    this.#allocations.forget(uid);
    await volumes.tearDown(uid);
    references.unregister(uid);
    await this.#options.cgroups?.remove(uid);
    statuses.finish(pod);
  }

  async removePod(pod: Pod): Promise<void> {
    const { cri, containers, volumes, tokens, statuses } = this.#options;
    const uid = uidOf(pod);
    await removePodTraces(cri, containers.sandbox.logs, uid);
    await volumes.removeFolder(uid);
    statuses.forget(uid);
    tokens.forget(uid);
    containers.waiting.forget(uid);
    containers.images.forget(uid);
    containers.backoff.forget(`${uid}/`);
    this.#verdicts.delete(uid);
    this.#startFailures.delete(uid);
  }

  /** Decides once whether the pod is let in, and whether its time is over. */
  async #judge(pod: Pod, runtime: PodRuntimeStatus): Promise<void> {
    const { containers, clock, log } = this.#options;
    const uid = uidOf(pod);
    if (!this.#allocations.has(uid) && !isTerminalPhase(pod.status?.phase)) {
      const isNew = runtime.sandboxes.length === 0 && pod.status?.phase !== 'Running';
      const rejection = isNew ? await this.#admit(pod) : undefined;
      if (rejection) {
        this.#verdicts.set(uid, { ...rejection, rejected: true });
        containers.events.pod(pod, 'Warning', rejection.reason, rejection.message.replace('Pod was rejected: ', ''));
        log.info({ pod: podKey(pod), reason: rejection.reason }, 'pod rejected');
        return;
      }
      this.#allocations.add(pod, isNew);
    }
    if (this.#verdicts.has(uid)) return;
    const left = untilDeadline(pod, this.#options.statuses.get(uid) ?? pod.status ?? {}, clock);
    if (left === undefined || left > 0) return;
    const message = 'Pod was active on the node longer than the specified deadline';
    this.#verdicts.set(uid, { reason: 'DeadlineExceeded', message });
    containers.events.pod(pod, 'Normal', 'DeadlineExceeded', message);
  }

  async #admit(pod: Pod): Promise<Rejection | undefined> {
    const { node, refuse, containers } = this.#options;
    const refused = refuse?.(pod);
    if (refused) return refused;
    const allocatable = containers.allocatable();
    const judge = async (refresh: boolean) => {
      const current = await node?.(refresh).catch(() => undefined);
      return admitPod(pod, this.admitted(), allocatable, current);
    };
    const rejection = await judge(false);
    // The Node's labels and taints may be newer than what is known of them here.
    const stale = rejection?.reason === 'NodeAffinity' || rejection?.reason === 'TaintToleration';
    return stale ? judge(true) : rejection;
  }

  /** Works out the status, lets the probes know of the containers, and hands it to the status manager. */
  async #report(pod: Pod, runtime: PodRuntimeStatus, final: boolean): Promise<PodStatus> {
    const { containers, probes, statuses, clock } = this.#options;
    const runtimeName = await this.#options.runtimeName();
    const uid = uidOf(pod);
    const hostIPs = containers.hostIPs();
    const seen = this.#withStatus(pod);
    if (!final) probes.update(seen, runtime, hostIPs[0] ?? '');
    const nameOf = (id: string) => runtime.containers.find((container) => container.id === id)?.name ?? '';
    const status = generatePodStatus(seen, runtime, {
      waiting: (name) => containers.waiting.get(uid, name),
      ready: (id) => probes.ready(pod, nameOf(id), id),
      started: (id) => probes.started(pod, nameOf(id), id),
      runtimeName,
      recursiveReadOnlyMounts: containers.recursiveReadOnlyMounts(),
      final,
      hostIPs,
      now: clock.now(),
      verdict: this.#verdicts.get(uid),
      resize: this.#allocations.conditions(pod, runtime),
    });
    statuses.set(pod, status);
    return status;
  }

  /** The pod with the status that we last gave it, and the API's conditions of others. */
  #withStatus(pod: Pod): Pod {
    const own = this.#options.statuses.get(uidOf(pod));
    if (!own) return pod;
    const mine = new Set((own.conditions ?? []).map(({ type }) => type));
    const foreign = (pod.status?.conditions ?? []).filter(({ type }) => !isOwnCondition(type) && !mine.has(type));
    return { ...pod, status: { ...pod.status, ...own, conditions: [...(own.conditions ?? []), ...foreign] } };
  }

  #downward(pod: Pod, runtime: PodRuntimeStatus): DownwardContext {
    const { allocatable, hostIPs } = this.#options.containers;
    return {
      allocatable: allocatable(),
      hostIPs: hostIPs(),
      podIPs: pod.spec.hostNetwork ? hostIPs() : podIPsOf(runtime),
    };
  }

  /** When to try again what didn't start: when its back-off is over, or after a delay that grows. */
  #retryIn(uid: string, errors: readonly StartError[]): number | undefined {
    if (errors.length === 0) {
      this.#startFailures.delete(uid);
      return undefined;
    }
    const failures = this.#startFailures.get(uid) ?? 0;
    this.#startFailures.set(uid, failures + 1);
    const plain = Math.min(MAX_START_RETRY_MS, START_RETRY_MS * 2 ** failures);
    return Math.min(...errors.map(({ retryAfterMs }) => retryAfterMs ?? plain)) + 10;
  }
}

/** Milliseconds until activeDeadlineSeconds are over, undefined without them. */
function untilDeadline(pod: Pod, status: PodStatus, clock: Clock): number | undefined {
  const { activeDeadlineSeconds } = pod.spec;
  const start = fromApiTime(status.startTime);
  if (activeDeadlineSeconds === undefined || start === undefined) return undefined;
  return Math.max(0, start + activeDeadlineSeconds * 1000 - clock.now());
}

/** Whether what was done opened the way for more, such as the next init container. */
function hasMore({ killPod, createSandbox, containersToKill, containersToStart }: PodActions): boolean {
  return killPod || createSandbox || containersToKill.length > 0 || containersToStart.length > 0;
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
