import { type FieldError, fieldInvalid, fieldRequired } from '../../machinery/field-error.ts';
import { path } from '../../machinery/field-path.ts';
import { isQualifiedName } from '../../machinery/names.ts';
import { int32, microTime, of, str, time } from '../../schema/builders.ts';
import { defineKind } from '../../schema/kind.ts';
import { type Infer, struct } from '../../schema/struct.ts';
import { ObjectMeta } from '../meta/object-meta.ts';
import { eventColumns } from './event-columns.ts';
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
  source: of(5, EventSource).filled(),
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
  createOnUpdate: true,
  hasGeneration: false,
  timeToLive: 3600,
  validate: validateEvent,
  fieldSelectors: {
    'involvedObject.kind': (event) => event.involvedObject.kind ?? '',
    'involvedObject.namespace': (event) => event.involvedObject.namespace ?? '',
    'involvedObject.name': (event) => event.involvedObject.name ?? '',
    'involvedObject.uid': (event) => event.involvedObject.uid ?? '',
    'involvedObject.apiVersion': (event) => event.involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': (event) => event.involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': (event) => event.involvedObject.fieldPath ?? '',
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent || event.source?.component || '',
    source: (event) => event.source?.component || event.reportingComponent || '',
    type: (event) => event.type ?? '',
  },
  columns: eventColumns,
});

/** Bytes of the short texts and of the message of an event with `eventTime`. */
const MAX_WORD = 128;
const MAX_MESSAGE = 1024;

/** Events of the newer form (with `eventTime`) must tell who reports and what happened. */
function validateNewEvent(event: Event): FieldError[] {
  const { reportingComponent = '', message = '' } = event;
  const controller = path('reportingController');
  const errors: FieldError[] = [];
  if (reportingComponent === '') errors.push(fieldRequired(controller));
  errors.push(...isQualifiedName(reportingComponent).map((m) => fieldInvalid(controller, reportingComponent, m)));
  for (const field of ['reportingInstance', 'action', 'reason'] as const) {
    const text = event[field] ?? '';
    if (text === '') errors.push(fieldRequired(path(field)));
    if (Buffer.byteLength(text) > MAX_WORD)
      errors.push(fieldInvalid(path(field), '', `can have at most ${MAX_WORD} characters`));
  }
  if (Buffer.byteLength(message) > MAX_MESSAGE)
    errors.push(fieldInvalid(path('message'), '', `can have at most ${MAX_MESSAGE} characters`));
  return errors;
}

function validateEvent(event: Event): FieldError[] {
  const { namespace } = event.metadata;
  if (event.eventTime !== undefined) return validateNewEvent(event);
  const involved = event.involvedObject?.namespace ?? '';
  if (involved === namespace || (involved === '' && (namespace === 'default' || namespace === 'kube-system')))
    return [];
  return [fieldInvalid(path('involvedObject').child('namespace'), involved, 'does not match event.namespace')];
}
