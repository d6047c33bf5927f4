import { int32, list, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { JobSpec } from './job-spec.ts';

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
  subresources: { status: true },
});
