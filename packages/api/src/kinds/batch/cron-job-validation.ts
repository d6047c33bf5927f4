import { type FieldError, fieldInvalid, fieldNotSupported, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import type { CronJob } from './cron-job.ts';
import { cronScheduleProblem } from './cron-schedule.ts';
import { validateJobSpec } from './job-spec-validation.ts';

/** A job's name is the CronJob's and 11 characters of time, and must fit a label. */
const MAX_NAME = 52;

export function validateCronJob({ metadata, spec }: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  const at = path('spec');
  if (metadata.name && metadata.name.length > MAX_NAME)
    errors.push(fieldInvalid(path('metadata', 'name'), metadata.name, `must be no more than ${MAX_NAME} characters`));
  if (spec.schedule) {
    const problem = cronScheduleProblem(spec.schedule);
    if (problem) errors.push(fieldInvalid(at.child('schedule'), spec.schedule, problem));
    if (/^(CRON_)?TZ=/.test(spec.schedule))
      errors.push(
        fieldInvalid(
          at.child('schedule'),
          spec.schedule,
          'cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
        ),
      );
  }
  if (spec.timeZone !== undefined) errors.push(...validateTimeZone(spec.timeZone));
  const job = spec.jobTemplate.spec;
  const below = at.child('jobTemplate', 'spec');
  if (job.manualSelector)
    errors.push(fieldNotSupported(below.child('manualSelector'), true as unknown as string, ['nil', 'false']));
  return [...errors, ...validateJobSpec(job, below)];
}

function validateTimeZone(timeZone: string): FieldError[] {
  const at = path('spec', 'timeZone');
  if (timeZone === '') return [fieldRequired(at, 'timeZone must be nil or non-empty string')];
  if (timeZone.toLowerCase() === 'local') return [fieldInvalid(at, timeZone, 'timeZone must be an explicit time zone')];
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    return [fieldInvalid(at, timeZone, `unknown time zone ${timeZone}`)];
  }
}
