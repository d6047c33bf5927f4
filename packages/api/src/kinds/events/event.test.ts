import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeParsed, type Kind, type KubeObject, StatusError } from '../../index.ts';
import { arbitraryObject } from '../../testing/arbitrary-object.ts';
import { type Event, eventKind } from '../core/event.ts';
import { type EventsEvent, eventsEventKind, fromCoreEvent, toCoreEvent } from './event.ts';

const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
const RUNS = { numRuns: 200 };

/** The object as the server has it, unless it refuses what was sent. */
function received<T extends KubeObject>(kind: Kind<T>, value: object): T | undefined {
  try {
    return decodeParsed(kind as unknown as Kind, value, 'Warn').object as T;
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    return undefined;
  }
}

test('an event told by one group and back loses nothing: events.k8s.io over core', () => {
  fc.assert(
    fc.property(arbitraryObject(eventsEventKind.struct), (value) => {
      const event = received<EventsEvent>(eventsEventKind, value);
      if (event) assert.deepEqual(plain(fromCoreEvent(toCoreEvent(event))), plain(normal(event)));
    }),
    RUNS,
  );
});

test('an event told by one group and back loses nothing: core over events.k8s.io', () => {
  fc.assert(
    fc.property(arbitraryObject(eventKind.struct), (value) => {
      const event = received<Event>(eventKind, value);
      if (!event) return;
      const series = event.series && { ...event.series, count: event.series.count ?? 0 };
      const { involvedObject = {}, reportingComponent = '', reportingInstance = '' } = event;
      const normal = { ...event, series, involvedObject, reportingComponent, reportingInstance };
      assert.deepEqual(plain(toCoreEvent(fromCoreEvent(event))), plain({ ...normal, apiVersion: 'v1' }));
    }),
    RUNS,
  );
});

/** What the stored form always writes. */
function normal(event: EventsEvent): EventsEvent {
  const { regarding = {}, reportingController = '', reportingInstance = '' } = event;
  return { ...event, apiVersion: 'events.k8s.io/v1', regarding, reportingController, reportingInstance };
}
