import type { Pod } from '@coxswain/api';
import { Counter, Histogram, type Metrics } from '@coxswain/foundation';

const LABELS = ['probe_type', 'container', 'pod', 'namespace'] as const;
const RESULTS = ['successful', 'failed'] as const;
const KINDS = ['Liveness', 'Readiness', 'Startup'] as const;

/** What `/metrics/probes` shows: every probe of every container, by its result and what it took. */
export class ProbeMetrics {
  readonly #total: Counter;
  readonly #duration: Histogram;

  constructor(register: Metrics) {
    this.#total = new Counter({
      name: 'prober_probe_total',
      help: 'Cumulative number of a liveness, readiness or startup probe for a container by result.',
      labelNames: [...LABELS, 'result', 'pod_uid'],
      registers: [register],
    });
    this.#duration = new Histogram({
      name: 'prober_probe_duration_seconds',
      help: 'Duration in seconds for a probe response.',
      labelNames: [...LABELS],
      registers: [register],
    });
  }

  /** The series of one container; `forget` ends them. */
  of({ metadata: { name: pod, namespace = '', uid = '' } }: Pod, container: string) {
    const labels = (probe_type: string) => ({ probe_type, container, pod, namespace });
    return {
      observer: (kind: (typeof KINDS)[number]) => (outcome: 'success' | 'warning' | 'failure', seconds: number) => {
        const result = outcome === 'failure' ? 'failed' : 'successful';
        this.#total.inc({ ...labels(kind), result, pod_uid: uid });
        this.#duration.observe(labels(kind), seconds);
      },
      forget: () => {
        for (const kind of KINDS) {
          this.#duration.remove(labels(kind));
          for (const result of RESULTS) this.#total.remove({ ...labels(kind), result, pod_uid: uid });
        }
      },
    };
  }
}
