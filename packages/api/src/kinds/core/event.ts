import { int32, microTime, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { ObjectReference } from './references.ts';

export const EventSeries = struct('EventSeries', {
  count: int32(1),
  lastObservedTime: microTime(2),
});
export type EventSeries = Infer<typeof EventSeries>;

export const EventSource = struct('EventSource', {
  component: str(1),
  host: str(2),
});
export type EventSource = Infer<typeof EventSource>;

export const Event = struct('Event', {
  apiVersion: str(),
  kind: str(),
  metadata: of(1, ObjectMeta).required(),
  involvedObject: of(2, ObjectReference).required(),
  reason: str(3),
  message: str(4),
  source: of(5, EventSource),
  firstTimestamp: time(6),
  lastTimestamp: time(7),
  count: int32(8),
  type: str(9),
  eventTime: microTime(10),
  series: of(11, EventSeries),
  action: str(12),
  related: of(13, ObjectReference),
  reportingComponent: str(14).always(),
  reportingInstance: str(15).always(),
});
export type Event = Infer<typeof Event>;

export const eventKind = defineKind<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  struct: Event,
});
