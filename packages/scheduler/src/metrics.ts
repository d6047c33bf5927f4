import { Counter, Gauge, Histogram, type Metrics } from '@coxswain/foundation';
import type { SchedulerCache } from './cache/scheduler-cache.ts';
import type { SchedulingQueue } from './queue/scheduling-queue.ts';

export type AttemptResult = 'scheduled' | 'unschedulable' | 'error';

/** The scheduler's metrics, with upstream's names. Durations are given in seconds. */
export interface SchedulerMetrics {
  attempt(result: AttemptResult, seconds: number): void;
  algorithm(seconds: number): void;
  bound(attempts: number, secondsSinceFirstAttempt: number): void;
  /** One search for victims; how many it found, if a node. */
  preemption(victims: number | undefined): void;
  incoming(queue: string, event: string): void;
  /** The queue and cache that the gauges ask at each scrape. */
  observe(queue: SchedulingQueue, cache: SchedulerCache): void;
}

const fast = (from: number, count: number) => Array.from({ length: count }, (_, i) => from * 2 ** i);

export function schedulerMetrics(registry: Metrics, profile: string): SchedulerMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'scheduler_schedule_attempts_total',
    help: "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, while 'error' means an internal scheduler problem.",
    labelNames: ['result', 'profile'],
    registers,
  });
  const duration = new Histogram({
    name: 'scheduler_scheduling_attempt_duration_seconds',
    help: 'Scheduling attempt latency in seconds (scheduling algorithm + binding)',
    labelNames: ['result', 'profile'],
    buckets: fast(0.001, 15),
    registers,
  });
  const algorithm = new Histogram({
    name: 'scheduler_scheduling_algorithm_duration_seconds',
    help: 'Scheduling algorithm latency in seconds',
    buckets: fast(0.0001, 16),
    registers,
  });
  const podAttempts = new Histogram({
    name: 'scheduler_pod_scheduling_attempts',
    help: 'Number of attempts to successfully schedule a pod.',
    buckets: fast(1, 5),
    registers,
  });
  const sli = new Histogram({
    name: 'scheduler_pod_scheduling_sli_duration_seconds',
    help: 'E2e latency for a pod being scheduled, from the time the pod enters the scheduling queue and might involve multiple scheduling attempts.',
    labelNames: ['attempts'],
    buckets: fast(0.01, 20),
    registers,
  });
  const incoming = new Counter({
    name: 'scheduler_queue_incoming_pods_total',
    help: 'Number of pods added to scheduling queues by event and queue type.',
    labelNames: ['queue', 'event'],
    registers,
  });
  const preemptions = new Counter({
    name: 'scheduler_preemption_attempts_total',
    help: 'Total preemption attempts in the cluster till now',
    registers,
  });
  const victims = new Histogram({
    name: 'scheduler_preemption_victims',
    help: 'Number of selected preemption victims',
    buckets: fast(1, 7),
    registers,
  });
  const seen: { queue?: SchedulingQueue; cache?: SchedulerCache } = {};
  queueGauges(registers, profile, () => seen.queue);
  cacheGauges(registers, () => seen.cache);
  return {
    attempt(result, seconds) {
      attempts.inc({ result, profile });
      duration.observe({ result, profile }, seconds);
    },
    algorithm: (seconds) => algorithm.observe(seconds),
    bound(count, seconds) {
      podAttempts.observe(count);
      sli.observe({ attempts: count >= 15 ? '15+' : String(count) }, seconds);
    },
    preemption(count) {
      preemptions.inc();
      if (count !== undefined) victims.observe(count);
    },
    incoming: (queue, event) => incoming.inc({ queue, event }),
    observe(queue, cache) {
      seen.queue = queue;
      seen.cache = cache;
    },
  };
}

function queueGauges(registers: Metrics[], profile: string, queue: () => SchedulingQueue | undefined): void {
  new Gauge({
    name: 'scheduler_pending_pods',
    help: "Number of pending pods, by the queue type. 'active' means number of pods in activeQ; 'backoff' means number of pods in backoffQ; 'unschedulable' means number of pods in unschedulablePods that the scheduler attempted to schedule and failed; 'gated' is the number of unschedulable pods that the scheduler never attempted to schedule because they are gated.",
    labelNames: ['queue'],
    registers,
    collect() {
      for (const [name, count] of Object.entries(queue()?.pending() ?? {})) this.set({ queue: name }, count);
    },
  });
  new Gauge({
    name: 'scheduler_unschedulable_pods',
    help: 'The number of unschedulable pods broken down by plugin name. A pod will increment the gauge for all plugins that caused it to not schedule and so this metric have meaning only when broken down by plugin.',
    labelNames: ['plugin', 'profile'],
    registers,
    collect() {
      this.reset();
      for (const [plugin, count] of queue()?.rejections() ?? []) this.set({ plugin, profile }, count);
    },
  });
}

function cacheGauges(registers: Metrics[], cache: () => SchedulerCache | undefined): void {
  new Gauge({
    name: 'scheduler_cache_size',
    help: 'Number of nodes, pods, and assumed (bound) pods in the scheduler cache.',
    labelNames: ['type'],
    registers,
    collect() {
      const { nodes, pods, assumedPods } = cache()?.size ?? { nodes: 0, pods: 0, assumedPods: 0 };
      this.set({ type: 'nodes' }, nodes);
      this.set({ type: 'pods' }, pods);
      this.set({ type: 'assumed_pods' }, assumedPods);
    },
  });
}
