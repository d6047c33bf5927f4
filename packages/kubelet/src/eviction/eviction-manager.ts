import { type Pod, type QosClass, qosClassOf } from '@coxswain/api';
import type { Clock, Logger } from '@coxswain/foundation';
import { isCriticalPod } from '../config/static-pod.ts';
import { podKey, uidOf } from '../container/pod-containers.ts';
import type { KubeletEvents } from '../events/pod-events.ts';
import type { Rejection } from '../pod-workers/admit-pod.ts';
import { type NodeStatsSource, toObservations } from '../stats/node-stats.ts';
import type { PodUsageSource } from '../stats/pod-usage.ts';
import { evictionMessage } from './eviction-message.ts';
import { boundsLocalStorage, localStorageVerdict } from './local-storage.ts';
import { type EvictionMemory, isMet, NOTHING_REMEMBERED, observeThresholds } from './observe-thresholds.ts';
import { NO_USAGE, type PodUsage, rankPods } from './rank-pods.ts';
import { type NodePressure, resourceOf, type Threshold } from './thresholds.ts';

export interface EvictionManagerOptions {
  readonly thresholds: readonly Threshold[];
  /** Seconds that a pod gets under a soft threshold. */
  readonly maxPodGraceSeconds: number;
  /** Milliseconds that a pressure is held after it was last seen. */
  readonly transitionMs: number;
  /** Milliseconds between looks; 10 s unless given. */
  readonly intervalMs?: number;
  readonly nodeName: string;
  /** Bytes. */
  readonly memoryCapacity: number;
  readonly stats: NodeStatsSource;
  readonly usage: PodUsageSource;
  /** The pods that run or are to run. */
  readonly activePods: () => readonly Pod[];
  /** Ends the pod as Failed with reason Evicted, and resolves once nothing of it runs. */
  readonly evict: (pod: Pod, message: string, graceSeconds: number, signal: AbortSignal) => Promise<void>;
  /** Deletes dead containers and unused images. */
  readonly reclaimDisk: () => Promise<void>;
  readonly events: KubeletEvents;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A hard eviction doesn't wait longer than this, in seconds. */
const IMMEDIATELY = 1;

/** Keeps the node alive: watches its memory, disks and processes, and ends pods when one runs short. */
export class EvictionManager {
  readonly #options: EvictionManagerOptions;
  #memory: EvictionMemory = NOTHING_REMEMBERED;
  #pressures: ReadonlySet<NodePressure> = new Set();

  constructor(options: EvictionManagerOptions) {
    this.#options = options;
  }

  get pressures(): ReadonlySet<NodePressure> {
    return this.#pressures;
  }

  /** Refuses what would make a shortage worse, in upstream's words. */
  admit(pod: Pod): Rejection | undefined {
    return admitUnderPressure(pod, this.#pressures);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, intervalMs = 10_000 } = this.#options;
    while (!signal.aborted) {
      const evicted = await this.synchronize(signal).catch((err) => {
        if (!signal.aborted) log.warn({ err }, 'eviction manager: failed to look at the node');
        return undefined;
      });
      if (evicted) log.info({ pods: evicted.map(podKey) }, 'eviction manager: pods evicted');
      await clock.sleep(intervalMs, signal).catch(() => {});
    }
  }

  /** One look; returns the pods that had to go, undefined for none. */
  async synchronize(signal: AbortSignal): Promise<Pod[] | undefined> {
    const { thresholds, transitionMs, clock } = this.#options;
    const observations = await this.#observe();
    const options = { now: clock.now(), transitionMs };
    const outlook = observeThresholds(thresholds, observations, this.#memory, options);
    this.#memory = outlook.memory;
    this.#pressures = outlook.pressures;
    const overfull = await this.#evictOverfull(signal);
    if (overfull.length > 0) return overfull;
    const [worst] = outlook.due;
    return worst && this.#relieve(worst, signal);
  }

  async #observe() {
    return toObservations(await this.#options.stats(), this.#options.memoryCapacity);
  }

  /** Pods that wrote more than they may. */
  async #evictOverfull(signal: AbortSignal): Promise<Pod[]> {
    const { activePods, usage, evict } = this.#options;
    const bounded = activePods().filter(boundsLocalStorage);
    if (bounded.length === 0) return [];
    const used = await usage.measure(bounded, { disk: true });
    const gone: Pod[] = [];
    for (const pod of bounded) {
      const measured = used.get(uidOf(pod));
      const message = measured && localStorageVerdict(pod, measured, measured.emptyDirs);
      if (message === undefined || isCriticalPod(pod)) continue;
      await evict(pod, message, IMMEDIATELY, signal);
      gone.push(pod);
    }
    return gone;
  }

  async #relieve(threshold: Threshold, signal: AbortSignal): Promise<Pod[] | undefined> {
    const { nodeName, events, reclaimDisk, activePods, usage, evict, maxPodGraceSeconds, log } = this.#options;
    const { signal: source, hard } = threshold;
    const resource = resourceOf(source);
    log.warn({ resource, signal: source }, 'eviction manager: attempting to reclaim');
    events.node(
      { metadata: { name: nodeName } },
      'Warning',
      'EvictionThresholdMet',
      `Attempting to reclaim ${resource}`,
    );
    const onDisk = resource === 'ephemeral-storage' || resource === 'inodes';
    // 1. What nobody needs goes first.
    if (onDisk) {
      await reclaimDisk().catch((err) => log.warn({ err }, 'failed to reclaim disk'));
      if (!isMet(threshold, await this.#observe(), true)) return undefined;
    }
    // 2. Then one pod a look.
    const pods = activePods();
    const used = await usage.measure(pods, { disk: onDisk });
    const usageOf = (pod: Pod): PodUsage => used.get(uidOf(pod)) ?? NO_USAGE;
    const [victim] = rankPods(pods, source, usageOf);
    if (!victim) {
      log.error({ resource }, 'eviction manager: no pods to evict');
      return undefined;
    }
    const seen = (await this.#observe())[source] ?? { available: 0, capacity: 0 };
    const message = evictionMessage(victim, threshold, seen, usageOf(victim));
    await evict(victim, message, hard ? IMMEDIATELY : maxPodGraceSeconds, signal);
    return [victim];
  }
}

/** Pure: under memory pressure no best-effort pods come in, under any other none but critical ones. */
export function admitUnderPressure(pod: Pod, pressures: ReadonlySet<NodePressure>): Rejection | undefined {
  if (pressures.size === 0 || isCriticalPod(pod)) return undefined;
  if (pressures.size === 1 && pressures.has('MemoryPressure')) {
    if (qosClassOf(pod.spec) !== ('BestEffort' satisfies QosClass)) return undefined;
    const tolerated = (pod.spec.tolerations ?? []).some(
      ({ key, effect, operator = 'Equal' }) =>
        (key === 'node.kubernetes.io/memory-pressure' || (!key && operator === 'Exists')) &&
        (!effect || effect === 'NoSchedule'),
    );
    if (tolerated) return undefined;
  }
  return { reason: 'Evicted', message: `Pod was rejected: The node had condition: [${[...pressures].join(' ')}]. ` };
}
