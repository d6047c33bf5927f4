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
  parallelism: int32(1).pointer().range(0).describe('How many pods may run at a time.'),
  completions: int32(2).pointer().range(0).describe('How many pods must succeed.'),
  activeDeadlineSeconds: int64(3).pointer().range(0).describe('Seconds after which the job is given up.'),
  selector: of(4, LabelSelector).describe('Which pods belong to the job; set by the server unless manualSelector is.'),
  manualSelector: bool(5).pointer().describe('True when the selector is chosen by hand.'),
  template: of(6, PodTemplateSpec).expected().describe('The pod to run; its restartPolicy is Never or OnFailure.'),
  backoffLimit: int32(7).pointer().range(0).describe('How many failures are retried before the job fails.'),
  ttlSecondsAfterFinished: int32(8).pointer().range(0).describe('Seconds after which a finished job is deleted.'),
  completionMode: str(9)
    .pointer()
    .oneOf('Indexed', 'NonIndexed')
    .describe('NonIndexed counts successes; Indexed gives each pod an index from 0.'),
  suspend: bool(10).pointer().describe('True stops the job: running pods are deleted, no new ones made.'),
  podFailurePolicy: of(11, PodFailurePolicy).describe('What failures of certain kinds do to the job.'),
  backoffLimitPerIndex: int32(12).pointer().range(0).describe('How many failures are retried for each index.'),
  maxFailedIndexes: int32(13).pointer().range(0).describe('How many indexes may fail before the job does.'),
  podReplacementPolicy: str(14)
    .pointer()
    .oneOf('Failed', 'TerminatingOrFailed')
    .describe('When a pod is replaced: as soon as it terminates, or once it has failed.'),
  managedBy: str(15).pointer().describe('The controller that runs the job, when it is not the built-in one.'),
  successPolicy: of(16, SuccessPolicy).describe('When an Indexed job succeeds early.'),
});
export type JobSpec = Infer<typeof JobSpec>;

export const JobTemplateSpec = struct('JobTemplateSpec', {
  metadata: of(1, ObjectMeta).filled(),
  spec: of(2, JobSpec).expected(),
});
export type JobTemplateSpec = Infer<typeof JobTemplateSpec>;
