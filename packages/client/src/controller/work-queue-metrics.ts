import { Counter, Gauge, Histogram, type Metrics } from '@coxswain/foundation';
import type { WorkQueueObserver } from './work-queue.ts';

const BUCKETS = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10];
const labelNames = ['name'];

interface Instruments {
  readonly depth: Gauge;
  readonly adds: Counter;
  readonly queued: Histogram;
  readonly worked: Histogram;
  readonly retries: Counter;
  readonly unfinished: Gauge;
  readonly longest: Gauge;
  readonly reporters: Map<string, () => number[]>;
}

const known = new WeakMap<Metrics, Instruments>();

/**
 * The observer that feeds upstream's workqueue_* metrics under `name`.
 * @param unfinished milliseconds that each key in work has taken so far, asked at each scrape
 */
export function workQueueMetrics(metrics: Metrics, name: string, unfinished: () => number[]): WorkQueueObserver {
  const instruments = known.get(metrics) ?? createInstruments(metrics);
  known.set(metrics, instruments);
  const { depth, adds, queued, worked, retries, reporters } = instruments;
  reporters.set(name, unfinished);
  depth.set({ name }, 0);
  adds.inc({ name }, 0);
  retries.inc({ name }, 0);
  return {
    added(size) {
      adds.inc({ name });
      depth.set({ name }, size);
    },
    taken(size, seconds) {
      depth.set({ name }, size);
      queued.observe({ name }, seconds);
    },
    finished: (seconds) => worked.observe({ name }, seconds),
    retried: () => retries.inc({ name }),
  };
}

function createInstruments(metrics: Metrics): Instruments {
  const registers = [metrics];
  const reporters = new Map<string, () => number[]>();
  return {
    reporters,
    depth: new Gauge({ name: 'workqueue_depth', help: 'Current depth of workqueue', labelNames, registers }),
    adds: new Counter({
      name: 'workqueue_adds_total',
      help: 'Total number of adds handled by workqueue',
      labelNames,
      registers,
    }),
    queued: new Histogram({
      name: 'workqueue_queue_duration_seconds',
      help: 'How long in seconds an item stays in workqueue before being requested.',
      labelNames,
      buckets: BUCKETS,
      registers,
    }),
    worked: new Histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'How long in seconds processing an item from workqueue takes.',
      labelNames,
      buckets: BUCKETS,
      registers,
    }),
    retries: new Counter({
      name: 'workqueue_retries_total',
      help: 'Total number of retries handled by workqueue',
      labelNames,
      registers,
    }),
    unfinished: new Gauge({
      name: 'workqueue_unfinished_work_seconds',
      help: 'How many seconds of work has been done that is in progress and not yet in work_duration',
      labelNames,
      registers,
      collect() {
        for (const [name, times] of reporters) this.set({ name }, times().reduce((sum, ms) => sum + ms, 0) / 1000);
      },
    }),
    longest: new Gauge({
      name: 'workqueue_longest_running_processor_seconds',
      help: 'How many seconds has the longest running processor for workqueue been running.',
      labelNames,
      registers,
      collect() {
        for (const [name, times] of reporters) this.set({ name }, Math.max(0, ...times()) / 1000);
      },
    }),
  };
}
