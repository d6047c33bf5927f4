import { isConditionTrue } from '../../machinery/conditions.ts';
import { labelSelectorAsSelector } from '../../machinery/label-selector.ts';
import { column, wideColumn } from '../../schema/column.ts';
import { humanDuration } from '../../schema/durations.ts';
import type { Column } from '../../schema/kind.ts';
import type { Job } from './job.ts';

function statusCell({ metadata, status }: Job): string {
  const { conditions } = status ?? {};
  if (isConditionTrue(conditions, 'Complete')) return 'Complete';
  if (isConditionTrue(conditions, 'Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  for (const type of ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'])
    if (isConditionTrue(conditions, type)) return type;
  return 'Running';
}

function completionsCell({ spec, status }: Job): string {
  const done = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${done}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function durationCell({ status }: Job, now: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

export const jobColumns: readonly Column<Job>[] = [
  column('Status', statusCell),
  column('Completions', completionsCell),
  column('Duration', durationCell),
  wideColumn('Containers', ({ spec }) => spec.template?.spec?.containers?.map(({ name }) => name).join(',')),
  wideColumn('Images', ({ spec }) => spec.template?.spec?.containers?.map(({ image }) => image ?? '').join(',')),
  wideColumn('Selector', ({ spec }) => labelSelectorAsSelector(spec.selector).toString()),
];
