import type { MetricTarget, MetricValueStatus } from '../metric-identifier.ts';
import type { MetricSpec } from '../metric-spec.ts';
import type { MetricStatus } from '../metric-status.ts';

type Json = Record<string, unknown>;
type Text = string | undefined;

/** A metric as autoscaling/v1 writes it into annotations: flat, values beside names. */
export function metricToV1(metric: MetricSpec): Json {
  const { type, resource, containerResource, pods, object, external } = metric;
  return defined({
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      targetValue: object.target.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.target.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue,
      selector: pods.metric.selector,
    },
    resource: resource && { name: resource.name, ...targets(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...targets(containerResource.target),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
  });
}

function targets({ averageUtilization, averageValue }: MetricTarget): Json {
  return { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue };
}

export function metricFromV1(json: Json): MetricSpec {
  const { type, object, pods, resource, containerResource, external } = json as Record<string, Json>;
  return defined({
    type,
    object: object && {
      describedObject: object['target'],
      metric: { name: object['metricName'], selector: object['selector'] },
      target: target(undefined, object['averageValue'] as Text, object['targetValue'] as Text),
    },
    pods: pods && {
      metric: { name: pods['metricName'], selector: pods['selector'] },
      target: target(undefined, pods['targetAverageValue'] as Text),
    },
    resource: resource && { name: resource['name'], target: resourceTarget(resource) },
    containerResource: containerResource && {
      name: containerResource['name'],
      container: containerResource['container'],
      target: resourceTarget(containerResource),
    },
    external: external && {
      metric: { name: external['metricName'], selector: external['metricSelector'] },
      target: target(undefined, external['targetAverageValue'] as Text, external['targetValue'] as Text),
    },
  }) as unknown as MetricSpec;
}

function resourceTarget(json: Json): MetricTarget {
  return target(json['targetAverageUtilization'] as number | undefined, json['targetAverageValue'] as Text);
}

function target(averageUtilization: number | undefined, averageValue: Text, value?: Text): MetricTarget {
  if (averageUtilization !== undefined) return { type: 'Utilization', averageUtilization };
  return averageValue === undefined ? { type: 'Value', value } : { type: 'AverageValue', averageValue };
}

export function statusToV1(status: MetricStatus): Json {
  const { type, resource, containerResource, pods, object, external } = status;
  return defined({
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      currentValue: object.current.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.current.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue,
      selector: pods.metric.selector,
    },
    resource: resource && { name: resource.name, ...currents(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...currents(containerResource.current),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      currentValue: external.current.value ?? '0',
      currentAverageValue: external.current.averageValue,
    },
  });
}

function currents({ averageUtilization, averageValue }: MetricValueStatus): Json {
  return { currentAverageUtilization: averageUtilization, currentAverageValue: averageValue ?? '0' };
}

export function statusFromV1(json: Json): MetricStatus {
  const { type, object, pods, resource, containerResource, external } = json as Record<string, Json>;
  return defined({
    type,
    object: object && {
      describedObject: object['target'],
      metric: { name: object['metricName'], selector: object['selector'] },
      current: { value: object['currentValue'], averageValue: object['averageValue'] },
    },
    pods: pods && {
      metric: { name: pods['metricName'], selector: pods['selector'] },
      current: { averageValue: pods['currentAverageValue'] },
    },
    resource: resource && { name: resource['name'], current: resourceCurrent(resource) },
    containerResource: containerResource && {
      name: containerResource['name'],
      container: containerResource['container'],
      current: resourceCurrent(containerResource),
    },
    external: external && {
      metric: { name: external['metricName'], selector: external['metricSelector'] },
      current: { value: external['currentValue'], averageValue: external['currentAverageValue'] },
    },
  }) as unknown as MetricStatus;
}

function resourceCurrent(json: Json): Json {
  return { averageUtilization: json['currentAverageUtilization'], averageValue: json['currentAverageValue'] };
}

/** Without members that are undefined, at any depth. */
function defined<T extends object>(value: T): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
