import { isNotFound, parseQuantity, type Selector } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { PodMetric } from './pod-metrics.ts';

interface PodMetricsList {
  readonly items?: readonly {
    readonly metadata: { readonly name: string };
    readonly timestamp: string;
    readonly window?: string;
    readonly containers?: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
  }[];
}
interface MetricValueList {
  readonly items?: readonly {
    readonly describedObject?: { readonly name?: string };
    readonly timestamp?: string;
    readonly windowSeconds?: number;
    readonly value: string;
  }[];
}

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';
const MINUTE_MS = 60_000;

/** The three APIs that metrics come from; values in thousandths. */
export class MetricsApis {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** A resource's use by pod, of all containers or of one. */
  async resource(
    namespace: string,
    selector: string,
    resource: string,
    container: string | undefined,
    signal: AbortSignal,
  ): Promise<Map<string, PodMetric>> {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    const { items = [] } = await this.#get<PodMetricsList>('resource', path, { labelSelector: selector }, signal);
    if (items.length === 0) throw new Error('no metrics returned from resource metrics API');
    const found = new Map<string, PodMetric>();
    for (const { metadata, timestamp, window, containers = [] } of items) {
      const chosen = container === undefined ? containers : containers.filter(({ name }) => name === container);
      if (chosen.length === 0 && container !== undefined)
        throw new Error(
          `failed to get container metrics: container ${container} not present in metrics for pod ${namespace}/${metadata.name}`,
        );
      const values = chosen.map(({ usage }) => usage[resource]);
      if (values.length === 0 || values.some((value) => value === undefined)) continue;
      const value = values.reduce((sum, each) => sum + parseQuantity(each as string).milliValue(), 0);
      found.set(metadata.name, { value, at: Date.parse(timestamp), windowMs: durationMs(window) });
    }
    return found;
  }

  /** A custom metric by pod. */
  async pods(namespace: string, selector: string, metric: string, metricSelector: string, signal: AbortSignal) {
    const path = `${CUSTOM}/namespaces/${namespace}/pods/*/${encodeURIComponent(metric)}`;
    const query = { labelSelector: selector, metricLabelSelector: metricSelector };
    const { items = [] } = await this.#get<MetricValueList>('custom', path, query, signal);
    if (items.length === 0) throw new Error('no metrics returned from custom metrics API');
    return new Map<string, PodMetric>(
      items.map(({ describedObject, value, timestamp, windowSeconds }) => [
        describedObject?.name ?? '',
        {
          value: parseQuantity(value).milliValue(),
          at: Date.parse(timestamp ?? ''),
          windowMs: windowSeconds === undefined ? MINUTE_MS : windowSeconds * 1000,
        },
      ]),
    );
  }

  /** A custom metric of one object; `resource` is such as `services` or `ingresses.networking.k8s.io`. */
  async object(
    namespace: string,
    resource: string,
    name: string,
    metric: string,
    metricSelector: string,
    signal: AbortSignal,
  ): Promise<number> {
    const path = `${CUSTOM}/namespaces/${namespace}/${resource}/${name}/${encodeURIComponent(metric)}`;
    const { items = [] } = await this.#get<MetricValueList>(
      'custom',
      path,
      { metricLabelSelector: metricSelector },
      signal,
    );
    const [first] = items;
    if (!first) throw new Error('no metrics returned from custom metrics API');
    return parseQuantity(first.value).milliValue();
  }

  /** The sum of an external metric's series. */
  async external(namespace: string, metric: string, selector: Selector, signal: AbortSignal): Promise<number> {
    const path = `${EXTERNAL}/namespaces/${namespace}/${encodeURIComponent(metric)}`;
    const { items = [] } = await this.#get<MetricValueList>(
      'external',
      path,
      { labelSelector: String(selector) },
      signal,
    );
    if (items.length === 0) throw new Error('no metrics returned from external metrics API');
    return items.reduce((sum, { value }) => sum + parseQuantity(value).milliValue(), 0);
  }

  async #get<T>(api: string, path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<T> {
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
    try {
      return (await this.#client.request('GET', path, { query: given, signal })) as T;
    } catch (error) {
      const why = isNotFound(error) ? 'the server could not find the requested resource' : (error as Error).message;
      throw new Error(`unable to fetch metrics from ${api} metrics API: ${why}`, { cause: error });
    }
  }
}

/** Of `30s`, `1m0s`, `15.5s`; a minute when it isn't told. */
function durationMs(text = '1m'): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|h|m|s)/g)) sum += Number(amount) * (units[unit ?? ''] ?? 0);
  return sum;
}
