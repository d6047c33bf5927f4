import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Pod, type PodDisruptionBudget, podDisruptionBudgetKind, podKind } from '@coxswain/api';
import {
  type ApiClient,
  createEventRecorder,
  createInformerFactory,
  type EventRecorder,
  type InformerFactory,
  type Lister,
} from '@coxswain/client';
import { type Clock, createMetrics, type Logger, systemClock } from '@coxswain/foundation';
import { bindingCycle } from './binding-cycle.ts';
import { NominatedPods } from './cache/nominated-pods.ts';
import type { PodInfo } from './cache/pod-info.ts';
import { SchedulerCache } from './cache/scheduler-cache.ts';
import { evictor } from './evict-victims.ts';
import type { Extender } from './extender/extender.ts';
import { Framework } from './framework/framework.ts';
import type { PluginEntry } from './framework/plugin.ts';
import { isRejection, type Status } from './framework/status.ts';
import { WaitingPods } from './framework/waiting-pods.ts';
import { ACTIVE_PODS, handleClusterEvents } from './handle-cluster-events.ts';
import { type SchedulerMetrics, schedulerMetrics } from './metrics.ts';
import { defaultPlugins } from './plugins/default-plugins.ts';
import type { QueuedPod } from './queue/queued-pod.ts';
import { SchedulingQueue } from './queue/scheduling-queue.ts';
import { type Failure, failureReporter } from './report-failure.ts';
import { type Decision, type Preemption, SchedulerCore } from './schedule-one.ts';
import { Slots } from './slots.ts';
import { informedVolumes } from './volumes/volume-objects.ts';

export interface SchedulerOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  readonly clock?: Clock | undefined;
  readonly metrics?: SchedulerMetrics | undefined;
  /** Which pods are ours, by spec.schedulerName; `default-scheduler` with the default plugins unless given. */
  readonly profiles?: readonly Profile[] | undefined;
  readonly extenders?: readonly Extender[] | undefined;
  /** 1…100; 0 adapts to the size of the cluster. */
  readonly percentageOfNodesToScore?: number | undefined;
  readonly initialBackoffMs?: number | undefined;
  readonly maxBackoffMs?: number | undefined;
  /** Which disruptions preemption tries to avoid; those that the API knows unless given. */
  readonly disruptionBudgets?: (() => readonly PodDisruptionBudget[]) | undefined;
  readonly random?: (() => number) | undefined;
  /** How many pods are bound at a time; 48 unless given. */
  readonly parallelBindings?: number | undefined;
}

export interface Profile {
  readonly schedulerName: string;
  readonly plugins: readonly PluginEntry[];
  /** Instead of the scheduler's. */
  readonly percentageOfNodesToScore?: number | undefined;
}

const DEFAULT_PROFILE: Profile = { schedulerName: 'default-scheduler', plugins: defaultPlugins };

/** Decisions go on for so long before others get a turn (answers, watch events). */
const TURN_MS = 5;

/** Schedules until the signal aborts. Keeps nothing from one call to the next: all it knows comes from the informers. */
export async function schedule(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { client, log, clock = systemClock, random, extenders = [], profiles = [DEFAULT_PROFILE] } = options;
  const informers = createInformerFactory(client, { log, clock });
  const waitingPods = new WaitingPods(clock);
  const nominated = new NominatedPods();
  const disruptionBudgets =
    options.disruptionBudgets ?? watchBudgets(createInformerFactory(client, { log, clock }), signal);
  const handle = {
    client,
    informers,
    clock,
    log,
    waitingPods,
    disruptionBudgets,
    volumes: informedVolumes(informers),
  };
  const frameworks = new Map(
    profiles.map(({ schedulerName, plugins }) => [schedulerName, new Framework(schedulerName, plugins, handle)]),
  );
  const [main] = frameworks.values();
  if (!main) throw new Error('the scheduler needs a profile');
  const percentages = new Map(profiles.map((profile) => [profile.schedulerName, profile.percentageOfNodesToScore]));
  const frameworkOf = ({ pod }: PodInfo) => frameworks.get(nameOfScheduler(pod)) ?? main;
  const recorders = new Map(
    [...frameworks.keys()].map((component) => [component, createEventRecorder({ client, component, log, clock })]),
  );
  const recorderOf = (pod: Pod) => recorders.get(nameOfScheduler(pod)) as EventRecorder;
  const recorder = {
    event: (...args: Parameters<EventRecorder['event']>) => recorderOf(args[0] as Pod).event(...args),
  };
  const report = failureReporter({ client, recorder, clock, log });
  const metrics = options.metrics ?? schedulerMetrics(createMetrics({ defaults: false }), main.profileName);
  const cache = new SchedulerCache();
  const queue = new SchedulingQueue({
    clock,
    less: (a, b) => main.less(a, b),
    gate: (pod) => frameworks.get(nameOfScheduler(pod))?.gate(pod),
    events: new Map([...frameworks.values()].toReversed().flatMap((framework) => [...framework.events()])),
    onIncoming: metrics.incoming,
    ...(options.initialBackoffMs === undefined ? {} : { initialBackoffMs: options.initialBackoffMs }),
    ...(options.maxBackoffMs === undefined ? {} : { maxBackoffMs: options.maxBackoffMs }),
  });
  metrics.observe(queue, cache);
  const core = new SchedulerCore({
    frameworkOf,
    cache,
    nominated,
    random,
    percentageOfNodesToScore: ({ pod }) =>
      percentages.get(nameOfScheduler(pod)) ?? options.percentageOfNodesToScore ?? 0,
  });
  const evict = evictor({ client, recorder, waitingPods, nominated, clock, log });
  const slots = new Slots(options.parallelBindings ?? 48);
  const pods: Lister<Pod> = informers.for(podKind, { fieldSelector: ACTIVE_PODS }).lister;

  handleClusterEvents({ informers, cache, queue, nominated, isOurs: (pod) => frameworks.has(nameOfScheduler(pod)) });
  informers.start(signal);
  await informers.waitForSync(signal).catch(() => {});
  log.info('starting scheduler');
  const timers = queue.run(signal);
  let turn = performance.now();
  while (!signal.aborted) {
    const queued = await queue.pop(signal);
    if (!queued) break;
    await slots.take();
    await decide(queued);
    if (performance.now() - turn < TURN_MS) continue;
    await nextTurn();
    turn = performance.now();
  }
  await Promise.all([timers, slots.idle()]);
  for (const each of recorders.values()) each.close();

  /** Takes no turn of the event loop unless extenders are asked. */
  function decide(queued: QueuedPod): Promise<void> | undefined {
    const { info } = queued;
    const current = pods.get(info.key);
    if (isStale(info, current) || current?.spec.nodeName) {
      queue.done(info.uid);
      slots.give();
      return undefined;
    }
    const startedAt = performance.now();
    const interested = extenders.filter((extender) => extender.isInterested(info));
    if (interested.length === 0) {
      carryOut(queued, core.scheduleOne(info), startedAt);
      return undefined;
    }
    return core.scheduleOneExtended(info, interested, signal).then((decision) => carryOut(queued, decision, startedAt));
  }

  function carryOut(queued: QueuedPod, decision: Decision, startedAt: number): void {
    metrics.algorithm((performance.now() - startedAt) / 1000);
    if (decision.kind === 'placed') {
      void bind(queued, decision, startedAt).finally(() => slots.give());
      return;
    }
    slots.give();
    if (decision.kind === 'error') {
      fail(queued, { reason: 'SchedulerError', message: decision.error.message }, new Set(), startedAt);
      return;
    }
    const { message, rejectedBy, nominatedNodeName, preemption } = decision;
    if (nominatedNodeName !== undefined) nominated.set(queued.info, nominatedNodeName);
    metrics.preemption(preemption?.victims.length);
    fail(queued, { reason: 'Unschedulable', message, nominatedNodeName }, rejectedBy, startedAt);
    if (preemption) void preempt(queued.info, preemption);
  }

  async function preempt(pod: PodInfo, { nodeName, victims }: Preemption): Promise<void> {
    const done = await evict(pod, nodeName, victims, signal);
    if (!done && !signal.aborted) queue.activate(pod.uid);
  }

  async function bind(queued: QueuedPod, decision: Decision & { kind: 'placed' }, startedAt: number): Promise<void> {
    const { info: pod } = queued;
    const { nodeName, state, permit } = decision;
    const framework = frameworkOf(pod);
    const binder = extenders.find((extender) => extender.bind && extender.isInterested(pod));
    const pace = { pause: () => slots.give(), resume: () => slots.take() };
    const status = await bindingCycle(
      { framework, waitingPods, state, pod, nodeName, permit, binder, ...pace },
      signal,
    );
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
    fail(queued, { reason, message: bindingMessage(status, pod) }, new Set(), startedAt);
  }

  function fail(queued: QueuedPod, failure: Failure, rejectedBy: ReadonlySet<string>, startedAt: number): void {
    const { reason, message } = failure;
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
    void report(current, failure, signal);
  }
}

/** Watched on their own: scheduling doesn't wait for them. */
function watchBudgets(informers: InformerFactory, signal: AbortSignal): () => readonly PodDisruptionBudget[] {
  const { lister } = informers.for(podDisruptionBudgetKind);
  informers.start(signal);
  return () => lister.list();
}

function nameOfScheduler({ spec }: Pod): string {
  return spec.schedulerName ?? 'default-scheduler';
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
