import { int32, list, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const ExemptPriorityLevelConfiguration = struct('ExemptPriorityLevelConfiguration', {
  nominalConcurrencyShares: int32(1).pointer(),
  lendablePercent: int32(2).pointer(),
});
export type ExemptPriorityLevelConfiguration = Infer<typeof ExemptPriorityLevelConfiguration>;

export const QueuingConfiguration = struct('QueuingConfiguration', {
  queues: int32(1).always().default(64),
  handSize: int32(2).always().default(8),
  queueLengthLimit: int32(3).always().default(50),
});
export type QueuingConfiguration = Infer<typeof QueuingConfiguration>;

export const LimitResponse = struct('LimitResponse', {
  type: str(1).required().oneOf('Queue', 'Reject'),
  queuing: of(2, QueuingConfiguration),
});
export type LimitResponse = Infer<typeof LimitResponse>;

export const LimitedPriorityLevelConfiguration = struct('LimitedPriorityLevelConfiguration', {
  nominalConcurrencyShares: int32(1).pointer().always(),
  limitResponse: of(2, LimitResponse),
  lendablePercent: int32(3).pointer(),
  borrowingLimitPercent: int32(4).pointer(),
});
export type LimitedPriorityLevelConfiguration = Infer<typeof LimitedPriorityLevelConfiguration>;

export const PriorityLevelConfigurationSpec = struct('PriorityLevelConfigurationSpec', {
  type: str(1).required(),
  limited: of(2, LimitedPriorityLevelConfiguration),
  exempt: of(3, ExemptPriorityLevelConfiguration),
});
export type PriorityLevelConfigurationSpec = Infer<typeof PriorityLevelConfigurationSpec>;

export const PriorityLevelConfigurationCondition = struct('PriorityLevelConfigurationCondition', {
  type: str(1),
  status: str(2),
  lastTransitionTime: time(3),
  reason: str(4),
  message: str(5),
});
export type PriorityLevelConfigurationCondition = Infer<typeof PriorityLevelConfigurationCondition>;

export const PriorityLevelConfigurationStatus = struct('PriorityLevelConfigurationStatus', {
  conditions: list(1, PriorityLevelConfigurationCondition).keyed('type'),
});
export type PriorityLevelConfigurationStatus = Infer<typeof PriorityLevelConfigurationStatus>;

export const PriorityLevelConfiguration = struct('PriorityLevelConfiguration', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, PriorityLevelConfigurationSpec).expected(),
  status: of(3, PriorityLevelConfigurationStatus),
});
export type PriorityLevelConfiguration = Infer<typeof PriorityLevelConfiguration>;

export const priorityLevelConfigurationKind = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  namespaced: false,
  struct: PriorityLevelConfiguration,
  subresources: { status: true },
});
