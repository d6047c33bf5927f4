import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A component's metrics in Prometheus' text format; one registry a component, never the global one. */
export type Metrics = Registry;

/** A registry that already holds the process_* and nodejs_* metrics (unless `defaults` is false). */
export function createMetrics(options: { readonly defaults?: boolean } = {}): Metrics {
  const register = new Registry();
  if (options.defaults !== false) collectDefaultMetrics({ register });
  return register;
}

export { Counter, Gauge, Histogram };
