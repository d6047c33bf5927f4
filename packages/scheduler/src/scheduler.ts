import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Pod, podKind } from '@coxswain/api';
import { type ApiClient, createEventRecorder, createInformerFactory, type Lister } from '@coxswain/client';
import { type Clock, createMetrics, type Logger, systemClock } from '@coxswain/foundation';
import { bindingCycle } from './binding-cycle.ts';
import type { PodInfo } from './cache/pod-info.ts';
import { SchedulerCache } from './cache/scheduler-cache.ts';
import { Framework } from './framework/framework.ts';
import type { PluginEntry } from './framework/plugin.ts';
import { isRejection, type Status } from './framework/status.ts';
import { WaitingPods } from './framework/waiting-pods.ts';
import { ACTIVE_PODS, handleClusterEvents } from './handle-cluster-events.ts';
import { type SchedulerMetrics, schedulerMetrics } from './metrics.ts';
import { defaultPlugins } from './plugins/default-plugins.ts';
import type { QueuedPod } from './queue/queued-pod.ts';
import { SchedulingQueue } from './queue/scheduling-queue.ts';
import { failureReporter } from './report-failure.ts';
import { type Decision, SchedulerCore } from './schedule-one.ts';
import { Slots } from './slots.ts';

export interface SchedulerOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  readonly clock?: Clock | undefined;
  readonly metrics?: SchedulerMetrics | undefined;
  /** Which pods are ours, by spec.schedulerName; `default-scheduler` unless given. */
  readonly schedulerName?: string | undefined;
  readonly plugins?: readonly PluginEntry[] | undefined;
  readonly random?: (() => number) | undefined;
  /** How many pods are bound at a time; 100 unless given. */
  readonly parallelBindings?: number | undefined;
}

/** Decisions go on for so long before others get a turn (answers, watch events). */
const TURN_MS = 5;

/** Schedules until the signal aborts. Keeps nothing from one call to the next: all it knows comes from the informers. */
export async function schedule(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { client, log, clock = systemClock, schedulerName = 'default-scheduler', random } = options;
  const informers = createInformerFactory(client, { log, clock });
  const waitingPods = new WaitingPods(clock);
  const handle = { client, informers, clock, log, waitingPods };
  const framework = new Framework(schedulerName, options.plugins ?? defaultPlugins, handle);
  const recorder = createEventRecorder({ client, component: schedulerName, log, clock });
  const report = failureReporter({ client, recorder, clock, log });
  const metrics = options.metrics ?? schedulerMetrics(createMetrics({ defaults: false }), schedulerName);
  const cache = new SchedulerCache();
  const queue = new SchedulingQueue({
    clock,
    less: (a, b) => framework.less(a, b),
    gate: (pod) => framework.gate(pod),
    events: framework.events(),
    onIncoming: metrics.incoming,
  });
  metrics.observe(queue, cache);
  const core = new SchedulerCore({ framework, cache, random });
  const slots = new Slots(options.parallelBindings ?? 100);
  const pods: Lister<Pod> = informers.for(podKind, { fieldSelector: ACTIVE_PODS }).lister;

  handleClusterEvents({ informers, cache, queue, schedulerName });
  informers.start(signal);
  await informers.waitForSync(signal).catch(() => {});
  log.info('starting scheduler');
  const timers = queue.run(signal);
  let turn = performance.now();
  while (!signal.aborted) {
    const queued = await queue.pop(signal);
    if (!queued) break;
    await slots.take();
    decide(queued);
    if (performance.now() - turn < TURN_MS) continue;
    await nextTurn();
    turn = performance.now();
  }
  await Promise.all([timers, slots.idle()]);
  recorder.close();

  function decide(queued: QueuedPod): void {
    const { info } = queued;
    const current = pods.get(info.key);
    if (isStale(info, current) || current?.spec.nodeName) {
      queue.done(info.uid);
      slots.give();
      return;
    }
    const startedAt = performance.now();
    const decision = core.scheduleOne(info);
    metrics.algorithm((performance.now() - startedAt) / 1000);
    if (decision.kind === 'placed') {
      void bind(queued, decision, startedAt).finally(() => slots.give());
      return;
    }
    slots.give();
    if (decision.kind === 'unschedulable')
      fail(queued, 'Unschedulable', decision.message, decision.rejectedBy, startedAt);
    else fail(queued, 'SchedulerError', decision.error.message, new Set(), startedAt);
  }

  async function bind(queued: QueuedPod, decision: Decision & { kind: 'placed' }, startedAt: number): Promise<void> {
    const { info: pod } = queued;
    const { nodeName, state, permit } = decision;
    const status = await bindingCycle({ framework, waitingPods, state, pod, nodeName, permit }, signal);
    if (status.code === 'Success') {
      queue.done(pod.uid);
      recorder.event(pod.pod, 'Normal', 'Scheduled', `Successfully assigned ${pod.key} to ${nodeName}`);
      metrics.attempt('scheduled', (performance.now() - startedAt) / 1000);
      metrics.bound(queued.attempts, (clock.now() - (queued.firstAttempt ?? clock.now())) / 1000);
      const { evaluatedNodes, feasibleNodes } = decision;
      log.debug({ pod: pod.key, node: nodeName, evaluatedNodes, feasibleNodes }, 'successfully bound pod to node');
      return;
    }
    framework.unreserve(state, pod, nodeName);
    cache.forget(pod);
    if (signal.aborted) return;
    queue.move({ name: 'AssignedPodDelete', old: pod.pod });
    const reason = isRejection(status) ? 'Unschedulable' : 'SchedulerError';
    fail(queued, reason, bindingMessage(status, pod), new Set(), startedAt);
  }

  function fail(
    queued: QueuedPod,
    reason: 'Unschedulable' | 'SchedulerError',
    message: string,
    rejectedBy: ReadonlySet<string>,
    startedAt: number,
  ): void {
    metrics.attempt(reason === 'Unschedulable' ? 'unschedulable' : 'error', (performance.now() - startedAt) / 1000);
    const current = pods.get(queued.info.key);
    if (!current || isStale(queued.info, current) || current.spec.nodeName) {
      queue.done(queued.info.uid);
      return;
    }
    const failedWithError = reason === 'SchedulerError';
    if (failedWithError) log.error({ pod: queued.info.key, reason: message }, 'error scheduling pod; retrying');
    else log.debug({ pod: queued.info.key, reason: message }, 'unable to schedule pod; waiting');
    queue.addUnschedulable(queued, rejectedBy, failedWithError);
    queue.update(queued.info.pod, current);
    void report(current, reason, message, signal);
  }
}

/** Gone, replaced by a namesake, or on its way out. */
function isStale({ uid, pod }: PodInfo, current: Pod | undefined): boolean {
  return (
    !current || current.metadata.uid !== (pod.metadata.uid ?? uid) || current.metadata.deletionTimestamp !== undefined
  );
}

function bindingMessage(status: Status, { key }: PodInfo): string {
  if (isRejection(status)) return status.reasons.join(', ');
  const why = status.code === 'Error' ? status.error.message : status.code;
  return `binding rejected: ${why}${why.includes(key) ? '' : ` (pod ${key})`}`;
}
