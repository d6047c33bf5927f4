import { Counter, Gauge, Histogram, type Metrics } from '@coxswain/foundation';
import type { RequestInfo } from './request-info.ts';

const SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const LONG_RUNNING = new Set(['WATCH', 'CONNECT']);

/** Upstream's request metrics. */
export class RequestMetrics {
  readonly #total: Counter;
  readonly #duration: Histogram;
  readonly #inflight: Gauge;
  readonly #longRunning: Gauge;
  readonly #etcd: Histogram;
  readonly #etcdErrors: Counter;

  constructor(registry: Metrics) {
    const registers = [registry];
    const labels = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];
    this.#total = new Counter({
      name: 'apiserver_request_total',
      help: 'Requests by verb, resource and HTTP code',
      labelNames: [...labels, 'dry_run', 'code'],
      registers,
    });
    this.#duration = new Histogram({
      name: 'apiserver_request_duration_seconds',
      help: 'Seconds from a request to the end of its answer',
      labelNames: [...labels, 'dry_run'],
      buckets: SECONDS,
      registers,
    });
    this.#inflight = new Gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Short requests that run now',
      labelNames: ['request_kind'],
      registers,
    });
    this.#longRunning = new Gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Watches and logs that run now',
      labelNames: labels,
      registers,
    });
    this.#etcd = new Histogram({
      name: 'etcd_request_duration_seconds',
      help: 'Seconds of calls to etcd',
      labelNames: ['operation'],
      buckets: SECONDS,
      registers,
    });
    this.#etcdErrors = new Counter({
      name: 'etcd_request_errors_total',
      help: 'Calls to etcd that failed',
      labelNames: ['operation'],
      registers,
    });
  }

  /** Call with a request's code when its answer has ended. */
  started(method: string, info: RequestInfo, dryRun: boolean): (code: number) => void {
    const labels = labelsOf(method, info);
    const begin = performance.now();
    const long = LONG_RUNNING.has(labels.verb);
    if (long) this.#longRunning.inc(labels);
    return (code) => {
      if (long) this.#longRunning.dec(labels);
      const dry_run = dryRun ? 'All' : '';
      this.#total.inc({ ...labels, dry_run, code });
      if (!long) this.#duration.observe({ ...labels, dry_run }, (performance.now() - begin) / 1000);
    };
  }

  inflight(reads: number, writes: number): void {
    this.#inflight.set({ request_kind: 'readOnly' }, reads);
    this.#inflight.set({ request_kind: 'mutating' }, writes);
  }

  etcdCall(operation: string, seconds: number, failed: boolean): void {
    this.#etcd.observe({ operation }, seconds);
    if (failed) this.#etcdErrors.inc({ operation });
  }
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
