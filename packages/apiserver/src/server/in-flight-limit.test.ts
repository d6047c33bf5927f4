import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '@coxswain/api';
import { TestApiserver } from '../testing/test-apiserver.ts';
import { InFlightLimit } from './in-flight-limit.ts';

const full = (error: unknown) => error instanceof StatusError && error.code === 429;

test('reads and writes have places of their own, given back once', () => {
  const limit = new InFlightLimit({ maxReads: 1, maxWrites: 1 });
  const leave = limit.enter(false);
  assert.throws(() => limit.enter(false), full);
  const leaveWrite = limit.enter(true);
  assert.throws(() => limit.enter(true), full);
  leave();
  leave();
  assert.equal(limit.reads, 0);
  limit.enter(false);
  leaveWrite();
  assert.equal(limit.writes, 0);
});

test('a server that is full says when to come back; watches are let in', async () => {
  const server = await new TestApiserver({ limits: { maxReads: 0, maxWrites: 0 } }).ready();
  const answer = await server.request('GET', '/api/v1/pods');
  assert.deepEqual([answer.code, answer.json.reason, answer.headers['retry-after']], [429, 'TooManyRequests', '1']);
  assert.equal((await server.request('GET', '/api/v1/pods?watch=1&timeoutSeconds=1')).code, 200);
  await server.close();
});
