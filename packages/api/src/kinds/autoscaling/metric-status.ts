import { of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { CrossVersionObjectReference, MetricIdentifier, MetricValueStatus } from './metric-identifier.ts';

export const ContainerResourceMetricStatus = struct('ContainerResourceMetricStatus', {
  name: str(1).required(),
  current: of(2, MetricValueStatus).required(),
  container: str(3).required(),
});
export type ContainerResourceMetricStatus = Infer<typeof ContainerResourceMetricStatus>;

export const ExternalMetricStatus = struct('ExternalMetricStatus', {
  metric: of(1, MetricIdentifier).required(),
  current: of(2, MetricValueStatus).required(),
});
export type ExternalMetricStatus = Infer<typeof ExternalMetricStatus>;

export const ObjectMetricStatus = struct('ObjectMetricStatus', {
  metric: of(1, MetricIdentifier).required(),
  current: of(2, MetricValueStatus).required(),
  describedObject: of(3, CrossVersionObjectReference).required(),
});
export type ObjectMetricStatus = Infer<typeof ObjectMetricStatus>;

export const PodsMetricStatus = struct('PodsMetricStatus', {
  metric: of(1, MetricIdentifier).required(),
  current: of(2, MetricValueStatus).required(),
});
export type PodsMetricStatus = Infer<typeof PodsMetricStatus>;

export const ResourceMetricStatus = struct('ResourceMetricStatus', {
  name: str(1).required(),
  current: of(2, MetricValueStatus).required(),
});
export type ResourceMetricStatus = Infer<typeof ResourceMetricStatus>;

export const MetricStatus = struct('MetricStatus', {
  type: str(1).required(),
  object: of(2, ObjectMetricStatus),
  pods: of(3, PodsMetricStatus),
  resource: of(4, ResourceMetricStatus),
  external: of(5, ExternalMetricStatus),
  containerResource: of(7, ContainerResourceMetricStatus),
});
export type MetricStatus = Infer<typeof MetricStatus>;
