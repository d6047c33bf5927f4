import { performance } from 'node:perf_hooks';
import { Counter, Gauge, type Metrics } from '@coxswain/foundation';
import type { RequestInfo } from './request-info.ts';
import { type Series, SeriesHistogram } from './series-histogram.ts';

const SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
/** Upstream's: 1,000 times powers of ten, and powers of two from 1 kB. */
const BYTES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const EVENT_BYTES = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072];
const LONG_RUNNING = new Set(['WATCH', 'CONNECT']);

/** The counters of the requests that are alike. */
interface Tally {
  readonly labels: ReturnType<typeof labelsOf> & { readonly dry_run: string };
  readonly long: boolean;
  readonly codes: Map<number, number>;
  durations: Series | undefined;
  sli: Series | undefined;
  sizes: Series | undefined;
}

type WatchedKind = { readonly group: string; readonly version: string; readonly plural: string };

/** The events of one resource: those counted since they were last read, and their sizes. */
interface WatchedEvents {
  readonly labels: { readonly group: string; readonly version: string; readonly resource: string };
  readonly sizes: Series;
  unread: number;
}

/** Upstream's request metrics. Requests only count up numbers of their kind; labels are put together for the reader. */
export class RequestMetrics {
  readonly #duration: SeriesHistogram;
  readonly #sli: SeriesHistogram;
  readonly #sizes: SeriesHistogram;
  readonly #watchSizes: SeriesHistogram;
  readonly #watched = new Map<string, WatchedEvents>();
  readonly #tallies = new Map<string, Tally>();
  readonly #longRunning: Gauge;
  readonly #etcd: SeriesHistogram;
  readonly #operations = new Map<string, Series>();
  #reads = 0;
  #writes = 0;
  readonly #etcdErrors: Counter;

  constructor(registry: Metrics) {
    const registers = [registry];
    const labels = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];
    const tallies = this.#tallies;
    new Counter({
      name: 'apiserver_request_total',
      help: 'Requests by verb, resource and HTTP code',
      labelNames: [...labels, 'dry_run', 'code'],
      registers,
      collect() {
        for (const { labels, codes } of tallies.values()) {
          for (const [code, count] of codes) this.inc({ ...labels, code }, count);
          codes.clear();
        }
      },
    });
    this.#duration = new SeriesHistogram({
      name: 'apiserver_request_duration_seconds',
      help: 'Seconds from a request to the end of its answer',
      buckets: SECONDS,
      registry,
    });
    this.#sli = new SeriesHistogram({
      name: 'apiserver_request_sli_duration_seconds',
      help: 'Seconds from a request to the end of its answer, without what others took of it (webhooks)',
      buckets: SECONDS,
      registry,
    });
    this.#sizes = new SeriesHistogram({
      name: 'apiserver_response_sizes',
      help: 'Bytes of the bodies of answers to reads',
      buckets: BYTES,
      registry,
    });
    const watched = this.#watched;
    new Counter({
      name: 'apiserver_watch_events_total',
      help: 'Events sent to watchers',
      labelNames: ['group', 'version', 'resource'],
      registers,
      collect() {
        for (const events of watched.values()) {
          this.inc(events.labels, events.unread);
          events.unread = 0;
        }
      },
    });
    this.#watchSizes = new SeriesHistogram({
      name: 'apiserver_watch_events_sizes',
      help: 'Bytes of the events sent to watchers',
      buckets: EVENT_BYTES,
      registry,
    });
    const inflight = () => ({ readOnly: this.#reads, mutating: this.#writes });
    new Gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Short requests that run now',
      labelNames: ['request_kind'],
      registers,
      collect() {
        for (const [request_kind, count] of Object.entries(inflight())) this.set({ request_kind }, count);
      },
    });
    this.#longRunning = new Gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Watches and logs that run now',
      labelNames: labels,
      registers,
    });
    new Gauge({
      name: 'coxswain_worker_pid',
      help: 'The process that answers: with several workers each has metrics of its own',
      registers,
    }).set(process.pid);
    this.#etcd = new SeriesHistogram({
      name: 'etcd_request_duration_seconds',
      help: 'Seconds of calls to etcd',
      buckets: SECONDS,
      registry,
    });
    this.#etcdErrors = new Counter({
      name: 'etcd_request_errors_total',
      help: 'Calls to etcd that failed',
      labelNames: ['operation'],
      registers,
    });
  }

  /** Call what it returns with a request's code when its answer has ended. */
  started(method: string, info: RequestInfo, dryRun: boolean): (code: number, bytes?: number) => void {
    const tally = this.#tallyOf(method, info, dryRun);
    const { long, codes } = tally;
    const begin = performance.now();
    if (long) this.#longRunning.inc(withoutDryRun(tally));
    return (code, bytes) => {
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (long) {
        this.#longRunning.dec(withoutDryRun(tally));
        return;
      }
      tally.durations ??= this.#duration.series(tally.labels);
      const seconds = (performance.now() - begin) / 1000;
      this.#duration.observe(tally.durations, seconds);
      const { verb } = tally.labels;
      tally.sli ??= this.#sli.series(withoutDryRun(tally));
      this.#sli.observe(tally.sli, seconds);
      if (bytes === undefined || (verb !== 'GET' && verb !== 'LIST')) return;
      tally.sizes ??= this.#sizes.series(withoutDryRun(tally));
      this.#sizes.observe(tally.sizes, bytes);
    };
  }

  inflight(reads: number, writes: number): void {
    this.#reads = reads;
    this.#writes = writes;
  }

  /** For one watch of a kind: call what it returns when `count` events of together `bytes` went to the watcher. */
  watching({ group, version, plural: resource }: WatchedKind): (count: number, bytes: number) => void {
    const id = `${group}/${version}/${resource}`;
    let events = this.#watched.get(id);
    if (!events) {
      const labels = { group, version, resource };
      events = { labels, sizes: this.#watchSizes.series(labels), unread: 0 };
      this.#watched.set(id, events);
    }
    const known = events;
    return (count, bytes) => {
      known.unread += count;
      for (let i = 0; i < count; i++) this.#watchSizes.observe(known.sizes, bytes / count);
    };
  }

  etcdCall(operation: string, seconds: number, failed: boolean): void {
    let series = this.#operations.get(operation);
    if (!series) {
      series = this.#etcd.series({ operation });
      this.#operations.set(operation, series);
    }
    this.#etcd.observe(series, seconds);
    if (failed) this.#etcdErrors.inc({ operation });
  }

  #tallyOf(method: string, info: RequestInfo, dryRun: boolean): Tally {
    const id = tallyId(method, info, dryRun);
    const known = this.#tallies.get(id);
    if (known) return known;
    const labels = { ...labelsOf(method, info), dry_run: dryRun ? 'All' : '' };
    const tally = {
      labels,
      long: LONG_RUNNING.has(labels.verb),
      codes: new Map(),
      durations: undefined,
      sli: undefined,
      sizes: undefined,
    };
    this.#tallies.set(id, tally);
    return tally;
  }
}

function withoutDryRun({ labels }: Tally) {
  const { dry_run: _, ...rest } = labels;
  return rest;
}

/** The same for requests that have the same labels. Names that clients choose are no part of it. */
function tallyId(method: string, info: RequestInfo, dryRun: boolean): string {
  if (info.type !== 'resource') return method;
  const { kind, verb, subresource, name, namespace } = info;
  const scope = name !== '' ? 'name' : namespace !== '' ? 'namespace' : '';
  return `${verb} ${kind.apiVersion}/${kind.plural}/${subresource} ${scope} ${method} ${dryRun}`;
}

const VERBS: Readonly<Record<string, string>> = {
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
};

function labelsOf(method: string, info: RequestInfo) {
  const component = 'apiserver';
  if (info.type !== 'resource')
    return { verb: method, group: '', version: '', resource: '', subresource: '', scope: '', component };
  const { kind, verb, subresource, name, namespace } = info;
  const scope = verb === 'create' || name !== '' ? 'resource' : namespace === '' ? 'cluster' : 'namespace';
  const shown = subresource === 'log' ? 'CONNECT' : (VERBS[verb] ?? method);
  const { group, version, plural: resource } = kind;
  return { verb: shown, group, version, resource, subresource, scope, component };
}
