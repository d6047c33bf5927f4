import { of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { CrossVersionObjectReference, MetricIdentifier, MetricTarget } from './metric-identifier.ts';

export const ContainerResourceMetricSource = struct('ContainerResourceMetricSource', {
  name: str(1).required(),
  target: of(2, MetricTarget).required(),
  container: str(3).required(),
});
export type ContainerResourceMetricSource = Infer<typeof ContainerResourceMetricSource>;

export const ExternalMetricSource = struct('ExternalMetricSource', {
  metric: of(1, MetricIdentifier).required(),
  target: of(2, MetricTarget).required(),
});
export type ExternalMetricSource = Infer<typeof ExternalMetricSource>;

export const ObjectMetricSource = struct('ObjectMetricSource', {
  describedObject: of(1, CrossVersionObjectReference).required(),
  target: of(2, MetricTarget).required(),
  metric: of(3, MetricIdentifier).required(),
});
export type ObjectMetricSource = Infer<typeof ObjectMetricSource>;

export const PodsMetricSource = struct('PodsMetricSource', {
  metric: of(1, MetricIdentifier).required(),
  target: of(2, MetricTarget).required(),
});
export type PodsMetricSource = Infer<typeof PodsMetricSource>;

export const ResourceMetricSource = struct('ResourceMetricSource', {
  name: str(1).required(),
  target: of(2, MetricTarget).required(),
});
export type ResourceMetricSource = Infer<typeof ResourceMetricSource>;

export const MetricSpec = struct('MetricSpec', {
  type: str(1).required(),
  object: of(2, ObjectMetricSource),
  pods: of(3, PodsMetricSource),
  resource: of(4, ResourceMetricSource),
  external: of(5, ExternalMetricSource),
  containerResource: of(7, ContainerResourceMetricSource),
});
export type MetricSpec = Infer<typeof MetricSpec>;
