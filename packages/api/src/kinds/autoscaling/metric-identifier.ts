import { int32, of, quantity, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { LabelSelector } from '../meta/label-selector.ts';

export const CrossVersionObjectReference = struct('CrossVersionObjectReference', {
  kind: str(1).required(),
  name: str(2).required(),
  apiVersion: str(3),
});
export type CrossVersionObjectReference = Infer<typeof CrossVersionObjectReference>;

export const MetricIdentifier = struct('MetricIdentifier', {
  name: str(1).required(),
  selector: of(2, LabelSelector),
});
export type MetricIdentifier = Infer<typeof MetricIdentifier>;

export const MetricTarget = struct('MetricTarget', {
  type: str(1).required(),
  value: quantity(2).pointer(),
  averageValue: quantity(3).pointer(),
  averageUtilization: int32(4).pointer(),
});
export type MetricTarget = Infer<typeof MetricTarget>;

export const MetricValueStatus = struct('MetricValueStatus', {
  value: quantity(1).pointer(),
  averageValue: quantity(2).pointer(),
  averageUtilization: int32(3).pointer(),
});
export type MetricValueStatus = Infer<typeof MetricValueStatus>;
