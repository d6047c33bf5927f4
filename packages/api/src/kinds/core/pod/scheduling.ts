import { int32, int64, list, of, str } from '../../../schema/builders.ts';
import { type Infer, struct } from '../../../schema/struct.ts';
import { LabelSelector } from '../../meta/label-selector.ts';

export const PodDNSConfigOption = struct('PodDNSConfigOption', {
  name: str(1),
  value: str(2).pointer(),
});
export type PodDNSConfigOption = Infer<typeof PodDNSConfigOption>;

export const PodDNSConfig = struct('PodDNSConfig', {
  nameservers: list(1, str()).atomic(),
  searches: list(2, str()).atomic(),
  options: list(3, PodDNSConfigOption).atomic(),
});
export type PodDNSConfig = Infer<typeof PodDNSConfig>;

export const HostAlias = struct('HostAlias', {
  ip: str(1).written(),
  hostnames: list(2, str()).atomic(),
});
export type HostAlias = Infer<typeof HostAlias>;

export const PodOS = struct('PodOS', {
  name: str(1).required(),
});
export type PodOS = Infer<typeof PodOS>;

export const PodReadinessGate = struct('PodReadinessGate', {
  conditionType: str(1).written(),
});
export type PodReadinessGate = Infer<typeof PodReadinessGate>;

export const PodResourceClaim = struct('PodResourceClaim', {
  name: str(1).required(),
  resourceClaimName: str(3).pointer(),
  resourceClaimTemplateName: str(4).pointer(),
});
export type PodResourceClaim = Infer<typeof PodResourceClaim>;

export const PodSchedulingGate = struct('PodSchedulingGate', {
  name: str(1).written(),
});
export type PodSchedulingGate = Infer<typeof PodSchedulingGate>;

export const PodSchedulingGroup = struct('PodSchedulingGroup', {
  podGroupName: str(1).pointer(),
});
export type PodSchedulingGroup = Infer<typeof PodSchedulingGroup>;

export const Toleration = struct('Toleration', {
  key: str(1),
  operator: str(2),
  value: str(3),
  effect: str(4).oneOfInOrder('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
  tolerationSeconds: int64(5).pointer(),
});
export type Toleration = Infer<typeof Toleration>;

export const TopologySpreadConstraint = struct('TopologySpreadConstraint', {
  maxSkew: int32(1).required(),
  topologyKey: str(2).required('can not be empty'),
  whenUnsatisfiable: str(3).required().oneOf('DoNotSchedule', 'ScheduleAnyway'),
  labelSelector: of(4, LabelSelector),
  minDomains: int32(5).pointer(),
  nodeAffinityPolicy: str(6).pointer(),
  nodeTaintsPolicy: str(7).pointer(),
  matchLabelKeys: list(8, str()).atomic(),
});
export type TopologySpreadConstraint = Infer<typeof TopologySpreadConstraint>;
