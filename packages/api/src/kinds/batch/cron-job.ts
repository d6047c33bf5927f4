import { labelSelectorAsSelector } from '../../machinery/label-selector.ts';
import { bool, int32, int64, list, of, str, time } from '../../schema/builders.ts';
import { column, wideColumn } from '../../schema/column.ts';
import { formatAge } from '../../schema/durations.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { defaultPodSpec } from '../core/pod/pod-defaults.ts';
import { ObjectReference } from '../core/references.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { validateCronJob } from './cron-job-validation.ts';
import { JobTemplateSpec } from './job-spec.ts';

export const CronJobSpec = struct('CronJobSpec', {
  schedule: str(1).required().describe('When to start jobs, as five cron fields or @hourly and the like.'),
  startingDeadlineSeconds: int64(2).pointer().range(0).describe('How late a job may start when its time was missed.'),
  concurrencyPolicy: str(3)
    .oneOf('Allow', 'Forbid', 'Replace')
    .default('Allow')
    .describe('What to do when the job before still runs: Allow, Forbid or Replace.'),
  suspend: bool(4).pointer().default(false).describe('True starts no more jobs.'),
  jobTemplate: of(5, JobTemplateSpec).expected().always().describe('The job to make.'),
  successfulJobsHistoryLimit: int32(6).pointer().range(0).default(3).describe('How many successful jobs are kept.'),
  failedJobsHistoryLimit: int32(7).pointer().range(0).default(1).describe('How many failed jobs are kept.'),
  timeZone: str(8).pointer().describe('The time zone of the schedule; that of the controller manager unless given.'),
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
  defaults({ spec }) {
    const template = spec.jobTemplate.spec?.template;
    if (template?.spec) defaultPodSpec(template.spec);
  },
  prepareForCreate(cronJob) {
    cronJob.status = {};
  },
  validate: validateCronJob,
  subresources: { status: true },
  columns: [
    column('Schedule', ({ spec }) => spec.schedule),
    column('Timezone', ({ spec }) => spec.timeZone ?? '<none>'),
    column('Suspend', ({ spec }) => (spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False')),
    column('Active', ({ status }) => status?.active?.length ?? 0, 'integer'),
    column('Last Schedule', ({ status }, now) =>
      status?.lastScheduleTime ? formatAge(status.lastScheduleTime, now) : '<none>',
    ),
    wideColumn('Containers', (cronJob) =>
      containersOf(cronJob)
        .map(({ name }) => name)
        .join(','),
    ),
    wideColumn('Images', (cronJob) =>
      containersOf(cronJob)
        .map(({ image }) => image ?? '')
        .join(','),
    ),
    wideColumn('Selector', ({ spec }) => selectorCell(spec)),
  ],
});

function containersOf({ spec }: CronJob) {
  return spec.jobTemplate.spec?.template?.spec?.containers ?? [];
}

function selectorCell({ jobTemplate }: CronJobSpec): string {
  const { selector } = jobTemplate.spec ?? {};
  return selector ? labelSelectorAsSelector(selector).toString() : '<none>';
}
