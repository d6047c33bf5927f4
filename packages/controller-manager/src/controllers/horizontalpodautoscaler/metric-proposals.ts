import {
  type LabelSelector,
  labelSelectorAsSelector,
  type MetricIdentifier,
  type MetricSpec,
  type MetricStatus,
  type MetricTarget,
  type Pod,
  parseQuantity,
  Quantity,
} from '@coxswain/api';
import type { MetricsApis } from './metrics-apis.ts';
import { planMetricReplicas, type Tolerances, within } from './plan-metric-replicas.ts';
import { podRequests } from './pod-requests.ts';

export interface ProposalContext {
  readonly metrics: MetricsApis;
  readonly namespace: string;
  /** Of the scale's status. */
  readonly selector: string;
  readonly pods: readonly Pod[];
  /** The scale's spec and status. */
  readonly specReplicas: number;
  readonly statusReplicas: number;
  readonly tolerances: Tolerances;
  readonly cpuInitializationPeriodMs: number;
  readonly initialReadinessDelayMs: number;
  readonly now: number;
  readonly signal: AbortSignal;
  /** `Ingress` of `networking.k8s.io/v1` is `ingresses.networking.k8s.io`. */
  resourceOf(reference: { readonly kind: string; readonly apiVersion?: string | undefined }): Promise<string>;
}

export interface Proposal {
  readonly replicas: number;
  /** For reasons: `cpu resource utilization (percentage of request)`. */
  readonly metric: string;
  readonly status: MetricStatus;
}

/** Why a metric gave no proposal; `reason` is of ScalingActive and of the event. */
export class ProposalError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** How many replicas one metric asks for. @throws ProposalError */
export async function proposeReplicas(spec: MetricSpec, context: ProposalContext): Promise<Proposal> {
  const failing = FAILURES[spec.type];
  if (!failing) throw new ProposalError('InvalidMetricSourceType', `unknown metric source type "${spec.type}"`);
  try {
    return await propose(spec, context);
  } catch (error) {
    if (error instanceof ProposalError) throw error;
    throw new ProposalError(failing.reason, `${failing.what(spec)}: ${(error as Error).message}`, error);
  }
}

const FAILURES: Readonly<Record<string, { readonly reason: string; what(spec: MetricSpec): string }>> = {
  Resource: {
    reason: 'FailedGetResourceMetric',
    what: ({ resource }) =>
      `failed to get ${resource?.name} ${resource?.target.averageUtilization === undefined ? 'usage' : 'utilization'}`,
  },
  ContainerResource: {
    reason: 'FailedGetContainerResourceMetric',
    what: ({ containerResource }) =>
      `failed to get ${containerResource?.name} ${containerResource?.target.averageUtilization === undefined ? 'usage' : 'utilization'}`,
  },
  Pods: { reason: 'FailedGetPodsMetric', what: () => 'failed to get pods metric value' },
  Object: { reason: 'FailedGetObjectMetric', what: () => 'failed to get object metric value' },
  External: {
    reason: 'FailedGetExternalMetric',
    what: ({ external }) => `failed to get ${external?.metric.name} external metric value`,
  },
};

function propose(spec: MetricSpec, context: ProposalContext): Promise<Proposal> {
  if (spec.resource) return byResource(spec.resource, undefined, context);
  if (spec.containerResource) return byResource(spec.containerResource, spec.containerResource.container, context);
  if (spec.pods) return byPods(spec.pods, context);
  if (spec.object) return byObject(spec.object, context);
  if (spec.external) return byExternal(spec.external, context);
  throw new Error('the metric says nothing of its source');
}

async function byResource(
  { name, target }: { readonly name: string; readonly target: MetricTarget },
  container: string | undefined,
  context: ProposalContext,
): Promise<Proposal> {
  const { namespace, selector, pods, signal } = context;
  const metrics = await context.metrics.resource(namespace, selector, name, container, signal).catch((error) => {
    throw new Error(`unable to get metrics for resource ${name}: ${error.message}`);
  });
  const percent = target.averageUtilization;
  const { replicas, utilization, average } = planMetricReplicas({
    ...context,
    metrics,
    isCpu: name === 'cpu',
    current: context.specReplicas,
    target:
      percent === undefined
        ? { type: 'AverageValue', milli: milliOf(target.averageValue) }
        : { type: 'Utilization', percent, requests: podRequests(pods, name, container) },
  });
  const current = {
    averageValue: quantity(average),
    ...(utilization === undefined ? {} : { averageUtilization: utilization }),
  };
  const what = percent === undefined ? '' : ' utilization (percentage of request)';
  return container === undefined
    ? { replicas, metric: `${name} resource${what}`, status: { type: 'Resource', resource: { name, current } } }
    : {
        replicas,
        metric: `${name} container resource${what}`,
        status: { type: 'ContainerResource', containerResource: { name, container, current } },
      };
}

async function byPods(source: NonNullable<MetricSpec['pods']>, context: ProposalContext): Promise<Proposal> {
  const { metric, target } = source;
  const { namespace, selector, signal } = context;
  const metrics = await context.metrics
    .pods(namespace, selector, metric.name, selectorText(metric), signal)
    .catch((error) => {
      throw new Error(`unable to get metric ${metric.name}: ${error.message}`);
    });
  const milli = milliOf(target.averageValue);
  const { replicas, average } = planMetricReplicas({
    ...context,
    metrics,
    isCpu: false,
    current: context.specReplicas,
    target: { type: 'AverageValue', milli },
  });
  const status: MetricStatus = { type: 'Pods', pods: { metric, current: { averageValue: quantity(average) } } };
  return { replicas, metric: `pods metric ${metric.name}`, status };
}

async function byObject(source: NonNullable<MetricSpec['object']>, context: ProposalContext): Promise<Proposal> {
  const { metric, target, describedObject } = source;
  const resource = await context.resourceOf(describedObject);
  const { namespace, signal } = context;
  const value = await context.metrics
    .object(namespace, resource, describedObject.name, metric.name, selectorText(metric), signal)
    .catch((error) => {
      // Upstream's words, in upstream's order.
      const where = `${describedObject.kind} on ${namespace} ${describedObject.name}`;
      throw new Error(`unable to get metric ${metric.name}: ${where}/${error.message}`);
    });
  const { replicas, current } = ofTotal(value, target, context);
  const status: MetricStatus = { type: 'Object', object: { metric, describedObject, current } };
  return { replicas, metric: `${describedObject.kind} metric ${metric.name}`, status };
}

async function byExternal(source: NonNullable<MetricSpec['external']>, context: ProposalContext): Promise<Proposal> {
  const { metric, target } = source;
  const { namespace, signal } = context;
  const selector = labelSelectorAsSelector(metric.selector ?? {});
  const value = await context.metrics.external(namespace, metric.name, selector, signal).catch((error) => {
    const what = `${namespace}/${metric.name}/${goSelector(metric.selector)}`;
    throw new Error(`unable to get external metric ${what}: ${error.message}`);
  });
  const { replicas, current } = ofTotal(value, target, context);
  const name = `external metric ${metric.name}(${goSelector(metric.selector)})`;
  return { replicas, metric: name, status: { type: 'External', external: { metric, current } } };
}

/** Of one value for all pods: against the target as it is, or shared among the replicas. */
function ofTotal(
  value: number,
  target: MetricTarget,
  { specReplicas, statusReplicas, pods, tolerances }: ProposalContext,
) {
  if (target.averageValue !== undefined) {
    const milli = milliOf(target.averageValue);
    const ratio = value / (milli * Math.max(1, statusReplicas));
    const replicas = within(ratio, tolerances) ? statusReplicas : Math.ceil(value / milli);
    return { replicas, current: { averageValue: quantity(Math.ceil(value / Math.max(1, statusReplicas))) } };
  }
  const ratio = value / milliOf(target.value);
  const ready = pods.filter(
    ({ status }) =>
      status?.phase === 'Running' && status.conditions?.some((at) => at.type === 'Ready' && at.status === 'True'),
  ).length;
  const moved = specReplicas === 0 ? Math.ceil(ratio) : Math.ceil(ratio * ready);
  const replicas = specReplicas !== 0 && within(ratio, tolerances) ? specReplicas : moved;
  return { replicas, current: { value: quantity(value) } };
}

function selectorText({ selector }: MetricIdentifier): string {
  return selector ? String(labelSelectorAsSelector(selector)) : '';
}

function milliOf(text: string | undefined): number {
  return Math.max(1, parseQuantity(text ?? '0').milliValue());
}

function quantity(milli: number): string {
  return String(Quantity.ofMilli(Math.trunc(milli)));
}

/** A LabelSelector as Go prints it, for messages. */
export function goSelector(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`);
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const map = selector.matchLabels ? `map[string]string{${labels.join('')}}` : 'map[string]string{}';
  return `&LabelSelector{MatchLabels:${map},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
