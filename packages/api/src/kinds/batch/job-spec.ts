import { bool, int32, int64, list, of, str } from '../../schema/builders.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { PodTemplateSpec } from '../core/pod/pod-template.ts';
import { LabelSelector } from '../meta/label-selector.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const PodFailurePolicyOnExitCodesRequirement = struct('PodFailurePolicyOnExitCodesRequirement', {
  containerName: str(1).pointer(),
  operator: str(2).required().oneOf('In', 'NotIn'),
  values: list(3, int32()).required().listSet(),
});
export type PodFailurePolicyOnExitCodesRequirement = Infer<typeof PodFailurePolicyOnExitCodesRequirement>;

export const PodFailurePolicyOnPodConditionsPattern = struct('PodFailurePolicyOnPodConditionsPattern', {
  type: str(1).required(),
  status: str(2).always().oneOf('False', 'True', 'Unknown').default('True'),
});
export type PodFailurePolicyOnPodConditionsPattern = Infer<typeof PodFailurePolicyOnPodConditionsPattern>;

export const PodFailurePolicyRule = struct('PodFailurePolicyRule', {
  action: str(1).required().oneOf('Count', 'FailIndex', 'FailJob', 'Ignore'),
  onExitCodes: of(2, PodFailurePolicyOnExitCodesRequirement),
  onPodConditions: list(3, PodFailurePolicyOnPodConditionsPattern).atomic(),
});
export type PodFailurePolicyRule = Infer<typeof PodFailurePolicyRule>;

export const PodFailurePolicy = struct('PodFailurePolicy', {
  rules: list(1, PodFailurePolicyRule).always().atomic(),
});
export type PodFailurePolicy = Infer<typeof PodFailurePolicy>;

export const SuccessPolicyRule = struct('SuccessPolicyRule', {
  succeededIndexes: str(1).pointer(),
  succeededCount: int32(2).pointer(),
});
export type SuccessPolicyRule = Infer<typeof SuccessPolicyRule>;

export const SuccessPolicy = struct('SuccessPolicy', {
  rules: list(1, SuccessPolicyRule).required().atomic(),
});
export type SuccessPolicy = Infer<typeof SuccessPolicy>;

export const JobSpec = struct('JobSpec', {
  parallelism: int32(1).pointer().range(0),
  completions: int32(2).pointer().range(0),
  activeDeadlineSeconds: int64(3).pointer().range(0),
  selector: of(4, LabelSelector),
  manualSelector: bool(5).pointer(),
  template: of(6, PodTemplateSpec).expected(),
  backoffLimit: int32(7).pointer().range(0),
  ttlSecondsAfterFinished: int32(8).pointer().range(0),
  completionMode: str(9).pointer().oneOf('Indexed', 'NonIndexed'),
  suspend: bool(10).pointer(),
  podFailurePolicy: of(11, PodFailurePolicy),
  backoffLimitPerIndex: int32(12).pointer().range(0),
  maxFailedIndexes: int32(13).pointer().range(0),
  podReplacementPolicy: str(14).pointer().oneOf('Failed', 'TerminatingOrFailed'),
  managedBy: str(15).pointer(),
  successPolicy: of(16, SuccessPolicy),
});
export type JobSpec = Infer<typeof JobSpec>;

export const JobTemplateSpec = struct('JobTemplateSpec', {
  metadata: of(1, ObjectMeta).filled(),
  spec: of(2, JobSpec).expected(),
});
export type JobTemplateSpec = Infer<typeof JobTemplateSpec>;
