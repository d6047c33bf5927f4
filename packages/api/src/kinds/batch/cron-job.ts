import { bool, int32, int64, list, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectReference } from '../core/references.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { JobTemplateSpec } from './job-spec.ts';

export const CronJobSpec = struct('CronJobSpec', {
  schedule: str(1).required(),
  startingDeadlineSeconds: int64(2).pointer().range(0),
  concurrencyPolicy: str(3).oneOf('Allow', 'Forbid', 'Replace').default('Allow'),
  suspend: bool(4).pointer().default(false),
  jobTemplate: of(5, JobTemplateSpec).expected().always(),
  successfulJobsHistoryLimit: int32(6).pointer().range(0).default(3),
  failedJobsHistoryLimit: int32(7).pointer().range(0).default(1),
  timeZone: str(8).pointer(),
});
export type CronJobSpec = Infer<typeof CronJobSpec>;

export const CronJobStatus = struct('CronJobStatus', {
  active: list(1, ObjectReference).atomic(),
  lastScheduleTime: time(4).pointer(),
  lastSuccessfulTime: time(5).pointer(),
});
export type CronJobStatus = Infer<typeof CronJobStatus>;

export const CronJob = struct('CronJob', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected(),
  spec: of(2, CronJobSpec).expected(),
  status: of(3, CronJobStatus),
});
export type CronJob = Infer<typeof CronJob>;

export const cronJobKind = defineKind<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  struct: CronJob,
  subresources: { status: true },
});
