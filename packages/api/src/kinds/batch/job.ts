import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { labelSelectorAsSelector } from '../../machinery/label-selector.ts';
import { validateLabelSelector } from '../../machinery/validate-meta.ts';
import { int32, list, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { defaultPodSpec } from '../core/pod/pod-defaults.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { jobColumns } from './job-columns.ts';
import { generateSelector } from './job-selector.ts';
import { JobSpec } from './job-spec.ts';
import { validateJobSpec } from './job-spec-validation.ts';
import { validateJobUpdate } from './job-update-validation.ts';

export const JobCondition = struct('JobCondition', {
  type: str(1).required(),
  status: str(2).required(),
  lastProbeTime: time(3),
  lastTransitionTime: time(4),
  reason: str(5),
  message: str(6),
});
export type JobCondition = Infer<typeof JobCondition>;

export const UncountedTerminatedPods = struct('UncountedTerminatedPods', {
  succeeded: list(1, str()).listSet(),
  failed: list(2, str()).listSet(),
});
export type UncountedTerminatedPods = Infer<typeof UncountedTerminatedPods>;

export const JobStatus = struct('JobStatus', {
  conditions: list(1, JobCondition).atomic().patchMerge('type'),
  startTime: time(2).pointer(),
  completionTime: time(3).pointer(),
  active: int32(4),
  succeeded: int32(5),
  failed: int32(6),
  completedIndexes: str(7),
  uncountedTerminatedPods: of(8, UncountedTerminatedPods),
  ready: int32(9).pointer(),
  failedIndexes: str(10).pointer(),
  terminating: int32(11).pointer(),
});
export type JobStatus = Infer<typeof JobStatus>;

export const Job = struct('Job', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, JobSpec).expected(),
  status: of(3, JobStatus),
});
export type Job = Infer<typeof Job>;

export const jobKind = defineKind<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  namespaced: true,
  struct: Job,
  defaults: defaultJob,
  prepareForCreate(job) {
    generateSelector(job);
    labelByTemplate(job);
    job.status = {};
  },
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  subresources: { status: true },
  fieldSelectors: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  columns: jobColumns,
});

function defaultJob({ metadata, spec }: Job): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  labelByTemplate({ metadata, spec });
  if (spec.template?.spec) defaultPodSpec(spec.template.spec);
}

/** A job without labels of its own shows its template's. */
function labelByTemplate({ metadata, spec }: Pick<Job, 'metadata' | 'spec'>): void {
  const labels = spec.template?.metadata?.labels;
  if (labels && !metadata.labels) metadata.labels = { ...labels };
}

function validateJob({ spec }: Job): FieldError[] {
  const at = path('spec');
  const errors = validateJobSpec(spec, at);
  const labels = spec.template?.metadata?.labels ?? {};
  // What is wrong with the selector itself is told elsewhere.
  const isUsable = validateLabelSelector(spec.selector, at.child('selector')).length === 0;
  if (!spec.selector) errors.push(fieldRequired(at.child('selector')));
  if (isUsable && !labelSelectorAsSelector(spec.selector).matches(labels))
    errors.push(
      fieldInvalid(at.child('template', 'metadata', 'labels'), labels, '`selector` does not match template `labels`'),
    );
  return errors;
}
