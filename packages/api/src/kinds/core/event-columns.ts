import { column, wideColumn } from '../../schema/column.ts';
import { formatAge } from '../../schema/durations.ts';
import type { Column } from '../../schema/kind.ts';
import type { Event } from './event.ts';

function lastSeen({ series, lastTimestamp, eventTime }: Event): string | undefined {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime;
}

function firstSeen({ firstTimestamp, eventTime }: Event): string | undefined {
  return firstTimestamp ?? eventTime;
}

function objectCell({ involvedObject: { kind = '', name = '' } }: Event): string {
  return `${kind.toLowerCase()}/${name}`;
}

function sourceCell({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const host = source?.host || reportingInstance || '';
  return host === '' ? component : `${component}, ${host}`;
}

export const eventColumns: readonly Column<Event>[] = [
  column('Last Seen', (event, now) => formatAge(lastSeen(event), now)),
  column('Type', (event) => event.type ?? ''),
  column('Reason', (event) => event.reason ?? ''),
  column('Object', objectCell),
  wideColumn('Subobject', (event) => event.involvedObject.fieldPath ?? ''),
  wideColumn('Source', sourceCell),
  column('Message', (event) => (event.message ?? '').trim()),
  wideColumn('First Seen', (event, now) => formatAge(firstSeen(event), now)),
  wideColumn('Count', (event) => event.series?.count ?? event.count ?? 1, 'integer'),
  wideColumn('Name', (event) => event.metadata.name),
];
