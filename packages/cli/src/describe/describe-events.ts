import { type Event, humanDuration } from '@coxswain/api';
import type { AnyObject } from '../output/print-objects.ts';
import { type Described, listOrNone } from './described.ts';
import type { Lines } from './lines.ts';
import { addTable } from './parts.ts';

/** Adds the events about an object, oldest first. */
export async function addEvents(lines: Lines, object: AnyObject, described: Described): Promise<void> {
  const metadata = object.metadata as { name: string; namespace?: string; uid?: string };
  // A Node's events are in `default`, and name the node as its uid unless they are about the API object.
  const uid = object.kind === 'Node' ? undefined : metadata.uid;
  const fields = [
    `involvedObject.name=${metadata.name}`,
    ...(metadata.namespace === undefined ? [] : [`involvedObject.namespace=${metadata.namespace}`]),
    ...(object.kind === undefined ? [] : [`involvedObject.kind=${object.kind}`]),
    ...(uid === undefined ? [] : [`involvedObject.uid=${uid}`]),
  ];
  const query = new URLSearchParams({ fieldSelector: fields.join(','), limit: '500' });
  const scope = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  const events = await listOrNone<Event>(`/api/v1${scope}/events?${query}`, described);
  if (events.length === 0) {
    lines.add(0, 'Events:', '<none>');
    return;
  }
  const now = described.context.now();
  const rows = events
    .sort((a, b) => lastSeen(a) - lastSeen(b))
    .map((event) => [event.type ?? '', event.reason ?? '', age(event, now), from(event), (event.message ?? '').trim()]);
  addTable(lines, 'Events:', ['Type', 'Reason', 'Age', 'From', 'Message'], rows);
}

function lastSeen({ series, lastTimestamp, eventTime, firstTimestamp }: Event): number {
  return Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? '') || 0;
}

/** `3s`, or `3s (x4 over 2m)` of what was seen more than once. */
function age(event: Event, now: number): string {
  const first = Date.parse(event.firstTimestamp ?? event.eventTime ?? '');
  const count = event.series?.count ?? event.count ?? 1;
  const since = (time: number) => (Number.isNaN(time) ? '<unknown>' : humanDuration(now - time));
  if (count <= 1) return since(first);
  return `${since(lastSeen(event))} (x${count} over ${since(first)})`;
}

function from({ source, reportingComponent }: Event): string {
  const component = source?.component || reportingComponent;
  return source?.host && component ? `${component}, ${source.host}`.replace(/, .*$/, '') : (component ?? '');
}
