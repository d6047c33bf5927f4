import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '@coxswain/api';
import { FakeClock } from '@coxswain/foundation/testing';
import type { EventRegistration } from '../framework/cluster-event.ts';
import { prioritySort } from '../plugins/priority-sort/priority-sort.ts';
import { makeNode, makePod } from '../testing/index.ts';
import type { QueuedPod } from './queued-pod.ts';
import { SchedulingQueue } from './scheduling-queue.ts';

const { less } = prioritySort();

function setUp() {
  const clock = new FakeClock();
  const abort = new AbortController();
  const events = new Map<string, EventRegistration[]>([
    [
      'Fit',
      [
        { event: 'AssignedPodDelete' },
        { event: 'NodeAdd', hint: (_, { new: node }) => (node?.metadata.name === 'big' ? 'Queue' : 'Skip') },
      ],
    ],
    ['Taint', [{ event: 'NodeUpdateTaint' }]],
  ]);
  const queue = new SchedulingQueue({
    clock,
    less: (a, b) => less?.(a, b) ?? false,
    gate: ({ spec }) => ((spec.schedulingGates ?? []).length > 0 ? 'SchedulingGates' : undefined),
    events,
  });
  void queue.run(abort.signal);
  const pop = async (): Promise<QueuedPod> => (await queue.pop(abort.signal)) as QueuedPod;
  const popRejected = async (...plugins: string[]) => {
    const queued = await pop();
    queue.addUnschedulable(queued, new Set(plugins), false);
    return queued;
  };
  return { clock, abort, queue, pop, popRejected };
}

const counts = (queue: SchedulingQueue) => Object.values(queue.pending()).join(' ');

test('by priority, then by age', async () => {
  const { clock, queue, pop } = setUp();
  queue.add(makePod('old'));
  await clock.advance(10);
  queue.add(makePod('young'));
  queue.add(makePod('urgent', { spec: { priority: 5 } }));
  const order = [await pop(), await pop(), await pop()].map(({ info }) => info.pod.metadata.name);
  assert.deepEqual(order, ['urgent', 'old', 'young']);
});

test('pop waits for a pod, or for the end', async () => {
  const { abort, queue, pop } = setUp();
  const waiting = pop();
  queue.add(makePod('p'));
  assert.equal((await waiting).info.key, 'default/p');
  const last = queue.pop(abort.signal);
  abort.abort();
  assert.equal(await last, undefined);
});

test('a rejected pod sleeps until an event that may help it, and rests before the next try', async () => {
  const { clock, queue, popRejected } = setUp();
  queue.add(makePod('p'));
  await popRejected('Fit');
  assert.equal(counts(queue), '0 0 1 0');
  queue.move({ name: 'NodeUpdateTaint', new: makeNode('n') });
  queue.move({ name: 'NodeAdd', new: makeNode('small') });
  assert.equal(counts(queue), '0 0 1 0');
  queue.move({ name: 'NodeAdd', new: makeNode('big') });
  assert.equal(counts(queue), '0 1 0 0');
  await clock.advance(999);
  assert.equal(counts(queue), '0 1 0 0');
  await clock.advance(1);
  assert.equal(counts(queue), '1 0 0 0');
});

test('the rest doubles from 1 s to 10 s', async () => {
  const { clock, queue, popRejected } = setUp();
  queue.add(makePod('p'));
  const rests: number[] = [];
  for (let i = 0; i < 6; i++) {
    await popRejected('Fit');
    queue.move({ name: 'AssignedPodDelete' });
    const start = clock.now();
    while (queue.pending().active === 0) await clock.advance(500);
    rests.push(clock.now() - start);
  }
  assert.deepEqual(rests, [1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test('an event during the attempt is not missed', async () => {
  const { queue, pop } = setUp();
  queue.add(makePod('p'));
  const queued = await pop();
  queue.move({ name: 'AssignedPodDelete' });
  queue.addUnschedulable(queued, new Set(['Fit']), false);
  assert.equal(counts(queue), '0 1 0 0');
});

test('an event before the attempt does not count', async () => {
  const { queue, pop } = setUp();
  queue.add(makePod('p'));
  queue.add(makePod('q'));
  const first = await pop();
  queue.move({ name: 'AssignedPodDelete' });
  const second = await pop();
  queue.addUnschedulable(second, new Set(['Fit']), false);
  assert.equal(counts(queue), '0 0 1 0');
  queue.addUnschedulable(first, new Set(['Fit']), false);
  assert.equal(counts(queue), '0 1 1 0');
});

test('after an error the pod is tried again without waiting for an event', async () => {
  const { clock, queue, pop } = setUp();
  queue.add(makePod('p'));
  queue.addUnschedulable(await pop(), new Set(), true);
  assert.equal(counts(queue), '0 1 0 0');
  await clock.advance(1000);
  assert.equal(counts(queue), '1 0 0 0');
});

test('no event for five minutes: tried anyway', async () => {
  const { clock, queue, popRejected } = setUp();
  queue.add(makePod('p'));
  await popRejected('Fit');
  await clock.advance(5 * 60_000 - 1);
  assert.equal(counts(queue), '0 0 1 0');
  await clock.advance(30_001);
  assert.equal(counts(queue), '1 0 0 0');
});

test('a change of its spec wakes a pod, a change of its status does not', async () => {
  const { clock, queue, popRejected } = setUp();
  const pod = makePod('p');
  queue.add(pod);
  await popRejected('Fit');
  await clock.advance(60_000);
  queue.update(pod, { ...pod, status: { phase: 'Pending' } });
  assert.equal(counts(queue), '0 0 1 0');
  queue.update(pod, { ...pod, spec: { ...pod.spec, nodeSelector: { a: 'b' } } });
  assert.equal(counts(queue), '1 0 0 0');
});

test('gated pods wait outside, whatever happens, until their gates are gone', async () => {
  const { clock, queue } = setUp();
  const gated: Pod = makePod('p', { spec: { schedulingGates: [{ name: 'g' }] } });
  queue.add(gated);
  queue.move({ name: 'NodeAdd', new: makeNode('big') });
  await clock.advance(10 * 60_000);
  assert.equal(counts(queue), '0 0 0 1');
  queue.update(gated, makePod('p'));
  assert.equal(counts(queue), '1 0 0 0');
});

test('a deleted pod is nowhere', async () => {
  const { queue, popRejected } = setUp();
  for (const name of ['a', 'b']) queue.add(makePod(name));
  await popRejected('Fit');
  for (const name of ['a', 'b']) queue.delete(makePod(name));
  assert.equal(counts(queue), '0 0 0 0');
});
