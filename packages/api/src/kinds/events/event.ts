import { int32, microTime, of, str, time } from '../../schema/builders.ts';
import type { KubeObject } from '../../schema/kind.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import type { Event } from '../core/event.ts';
import { EventSource } from '../core/event.ts';
import { eventColumns } from '../core/event-columns.ts';
import { ObjectReference } from '../core/references.ts';
import { ObjectMeta } from '../meta/object-meta.ts';

export const EventsEventSeries = struct('EventSeries', {
  count: int32(1).required(),
  lastObservedTime: microTime(2).required(),
});
export type EventsEventSeries = Infer<typeof EventsEventSeries>;

export const EventsEvent = struct('Event', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).expected().always(),
  eventTime: microTime(2).required(),
  series: of(3, EventsEventSeries),
  reportingController: str(4),
  reportingInstance: str(5),
  action: str(6),
  reason: str(7),
  regarding: of(8, ObjectReference),
  related: of(9, ObjectReference),
  note: str(10),
  type: str(11),
  deprecatedSource: of(12, EventSource),
  deprecatedFirstTimestamp: time(13),
  deprecatedLastTimestamp: time(14),
  deprecatedCount: int32(15),
});
export type EventsEvent = Infer<typeof EventsEvent>;

export const eventsEventKind = defineKind<EventsEvent>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  struct: EventsEvent,
  createOnUpdate: true,
  hasGeneration: false,
  timeToLive: 3600,
  storedAs: {
    group: '',
    plural: 'events',
    toStored: toCoreEvent as (event: EventsEvent) => KubeObject,
    fromStored: fromCoreEvent as (event: KubeObject) => EventsEvent,
  },
  fieldSelectors: {
    'regarding.kind': (event) => event.regarding?.kind ?? '',
    'regarding.namespace': (event) => event.regarding?.namespace ?? '',
    'regarding.name': (event) => event.regarding?.name ?? '',
    'regarding.uid': (event) => event.regarding?.uid ?? '',
    reason: (event) => event.reason ?? '',
    reportingController: (event) => event.reportingController ?? '',
    type: (event) => event.type ?? '',
  },
  columns: eventColumns.map((each) => ({ ...each, value: (event, now) => each.value(toCoreEvent(event), now) })),
});

/** The same event as core/v1 tells it; the two are views of one stored object. */
export function toCoreEvent(event: EventsEvent): Event {
  const {
    regarding,
    note,
    reportingController,
    deprecatedCount,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedSource,
    ...same
  } = event;
  return {
    ...same,
    apiVersion: 'v1',
    involvedObject: regarding ?? {},
    message: note,
    reportingComponent: reportingController ?? '',
    reportingInstance: event.reportingInstance ?? '',
    count: deprecatedCount,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    source: deprecatedSource,
  };
}

export function fromCoreEvent(event: Event): EventsEvent {
  const {
    involvedObject,
    message,
    reportingComponent,
    count,
    firstTimestamp,
    lastTimestamp,
    source,
    eventTime,
    series,
    ...same
  } = event;
  return {
    ...same,
    apiVersion: 'events.k8s.io/v1',
    eventTime: eventTime as string,
    // A core event may leave its times out; they stay out.
    ...(series && { series: { ...series, count: series.count ?? 0 } as NonNullable<EventsEvent['series']> }),
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent,
    deprecatedCount: count,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedSource: source,
  };
}
