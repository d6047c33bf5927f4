import type { Metrics } from '@coxswain/foundation';

export type Labels = Readonly<Record<string, string>>;

/** One combination of labels; keep it, so that observing hashes nothing. */
export interface Series {
  readonly labels: Labels;
  /** Observations by the first bucket that holds them, the last for those beyond all. */
  readonly counts: number[];
  sum: number;
}

/** A histogram for hot paths: callers look their series up once and then only count. */
export class SeriesHistogram {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly #buckets: readonly number[];
  readonly #all: Series[] = [];

  constructor(options: {
    readonly name: string;
    readonly help: string;
    /** Upper ends, rising. */
    readonly buckets: readonly number[];
    readonly registry: Metrics;
  }) {
    this.name = options.name;
    this.help = options.help;
    this.#buckets = options.buckets;
    options.registry.registerMetric(this as never);
  }

  /** A new series; never two with the same labels. */
  series(labels: Labels): Series {
    const series = { labels, counts: new Array<number>(this.#buckets.length + 1).fill(0), sum: 0 };
    this.#all.push(series);
    return series;
  }

  observe(series: Series, value: number): void {
    const buckets = this.#buckets;
    let at = 0;
    while (at < buckets.length && value > (buckets[at] as number)) at++;
    series.counts[at] = (series.counts[at] as number) + 1;
    series.sum += value;
  }

  /** What the registry asks for to write the text. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values: object[] = [];
    for (const { labels, counts, sum } of this.#all) {
      let total = 0;
      counts.forEach((count, i) => {
        total += count;
        const le = this.#buckets[i] ?? '+Inf';
        values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: total });
      });
      values.push({ metricName: `${name}_sum`, labels, value: sum });
      values.push({ metricName: `${name}_count`, labels, value: total });
    }
    return { name, help, type, aggregator, values };
  }

  reset(): void {
    for (const series of this.#all) {
      series.counts.fill(0);
      series.sum = 0;
    }
  }
}
