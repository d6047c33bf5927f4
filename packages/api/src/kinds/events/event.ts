import { int32, microTime, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { EventSource } from '../core/event.ts';
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
});
