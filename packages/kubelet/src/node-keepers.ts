import { type Pod, parseQuantity } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import type { Clock, Logger } from '@coxswain/foundation';
import type { LogRoots } from './container/log-paths.ts';
import { podKey, uidOf } from './container/pod-containers.ts';
import type { KubeletEvents } from './events/pod-events.ts';
import { EvictionManager } from './eviction/eviction-manager.ts';
import type { Threshold } from './eviction/thresholds.ts';
import { ContainerGarbageCollector } from './gc/container-gc.ts';
import { ImageGarbageCollector } from './images/image-gc.ts';
import type { KubeletOptions } from './kubelet-options.ts';
import { LogRotator } from './logs/log-rotator.ts';
import type { KubeletPodSyncer } from './pod-workers/kubelet-pod-syncer.ts';
import type { PodWorkers } from './pod-workers/pod-workers.ts';
import type { NodeStatsSource } from './stats/node-stats.ts';
import { podUsageSource } from './stats/pod-usage.ts';
import type { PodPaths } from './volumes/pod-paths.ts';

export interface NodeKeepersOptions {
  readonly options: KubeletOptions;
  readonly thresholds: readonly Threshold[];
  readonly nodeName: string;
  /** Milliseconds. */
  readonly evictionIntervalMs: number;
  /** Bytes. */
  readonly memoryCapacity: number;
  readonly stats: NodeStatsSource;
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: KubeletEvents;
  readonly paths: PodPaths;
  readonly logs: LogRoots;
  readonly workers: PodWorkers;
  readonly syncer: KubeletPodSyncer;
  /** Whether all pods of the node are known. */
  readonly podsKnown: () => boolean;
}

export interface NodeKeepers {
  readonly eviction: EvictionManager;
  run(signal: AbortSignal): Promise<void>;
}

/** How long an evicted pod may take beyond its grace, milliseconds. */
const PATIENCE_MS = 30_000;

/** What keeps the node in order beside the pods: eviction, garbage collection of images and containers, log rotation. */
export function createNodeKeepers(parts: NodeKeepersOptions): NodeKeepers {
  const { options, cri, clock, log, events, nodeName, workers, syncer, stats, paths, logs } = parts;
  const images = new ImageGarbageCollector({
    cri,
    clock,
    log,
    events,
    nodeName,
    imagefs: async () => (await stats()).imagefs,
    highThresholdPercent: options.imageGCHighThresholdPercent,
    lowThresholdPercent: options.imageGCLowThresholdPercent,
    minAgeMs: options.imageMinimumGCAge,
    maxAgeMs: options.imageMaximumGCAge,
  });
  const containers = new ContainerGarbageCollector({
    cri,
    clock,
    log,
    policy: {
      minAgeMs: options.minimumContainerTTLDuration,
      maxPerContainer: options.maximumDeadContainersPerContainer,
      maxContainers: options.maximumDeadContainers,
    },
    isPresent: (uid) => workers.has(uid),
    isTerminated: (uid) => workers.isTerminated(uid),
    ready: parts.podsKnown,
  });
  const eviction = new EvictionManager({
    thresholds: parts.thresholds,
    maxPodGraceSeconds: options.evictionMaxPodGracePeriod,
    transitionMs: options.evictionPressureTransitionPeriod,
    nodeName,
    intervalMs: parts.evictionIntervalMs,
    memoryCapacity: parts.memoryCapacity,
    stats,
    usage: podUsageSource({ cri, paths, logs }),
    activePods: () => syncer.admitted().filter((pod) => workers.isActive(uidOf(pod))),
    evict: (pod, message, grace, signal) => evictPod(parts, pod, message, grace, signal),
    reclaimDisk: async () => {
      await containers.collect({ all: true });
      await images.deleteUnused();
    },
    events,
    clock,
    log,
  });
  const rotator = new LogRotator({
    cri,
    clock,
    log,
    maxSize: parseQuantity(options.containerLogMaxSize).value(),
    maxFiles: options.containerLogMaxFiles,
    intervalMs: options.containerLogMonitorInterval,
  });
  return {
    eviction,
    async run(signal) {
      await Promise.all([eviction.run(signal), images.run(signal), containers.run(signal), rotator.run(signal)]);
    },
  };
}

async function evictPod(
  { syncer, workers, events, clock, log }: NodeKeepersOptions,
  pod: Pod,
  message: string,
  grace: number,
  signal: AbortSignal,
): Promise<void> {
  const uid = uidOf(pod);
  syncer.condemn(uid, { reason: 'Evicted', message, disruption: 'TerminationByKubelet' });
  events.pod(pod, 'Warning', 'Evicted', message);
  workers.terminate(uid, grace);
  const until = clock.now() + grace * 1000 + PATIENCE_MS;
  while (!workers.isTerminated(uid) && clock.now() < until && !signal.aborted)
    await clock.sleep(100, signal).catch(() => {});
  if (!workers.isTerminated(uid)) log.warn({ pod: podKey(pod) }, 'evicted pod did not end in time');
}
