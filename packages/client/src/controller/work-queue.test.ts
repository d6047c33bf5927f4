import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@coxswain/foundation/testing';
import { WorkQueue } from './work-queue.ts';

test('a key waits once and keeps its place', async () => {
  const queue = new WorkQueue();
  for (const key of ['a', 'b', 'a']) queue.add(key);
  assert.equal(queue.depth, 2);
  assert.equal(await queue.take(), 'a');
  assert.equal(await queue.take(), 'b');
  assert.equal(queue.depth, 0);
});

test('a key added while worked on comes back after done, once', async () => {
  const queue = new WorkQueue();
  queue.add('a');
  assert.equal(await queue.take(), 'a');
  queue.add('a');
  queue.add('a');
  assert.equal(queue.depth, 0);
  queue.done('a');
  assert.equal(queue.depth, 1);
  assert.equal(await queue.take(), 'a');
  queue.done('a');
  assert.equal(queue.depth, 0);
});

test('waiting takers are served in order', async () => {
  const queue = new WorkQueue();
  const taken = Promise.all([queue.take(), queue.take()]);
  queue.add('a');
  queue.add('b');
  assert.deepEqual(await taken, ['a', 'b']);
});

test('addAfter keeps the earliest time', async () => {
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock });
  queue.addAfter('a', 1000);
  queue.addAfter('a', 100);
  queue.addAfter('a', 5000);
  await clock.advance(99);
  assert.equal(queue.depth, 0);
  await clock.advance(1);
  assert.equal(queue.depth, 1);
  await queue.take();
  queue.done('a');
  await clock.advance(10_000);
  assert.equal(queue.depth, 0);
});

test('back-off doubles from 5 ms to 1000 s until forgotten', async () => {
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock });
  const delays: number[] = [];
  for (let i = 0; i < 20; i++) {
    queue.addRateLimited('a');
    const before = clock.now();
    const taken = queue.take();
    while (clock.sleeping > 0) await clock.advance(delays.length < 10 ? 1 : 5_000);
    assert.equal(await taken, 'a');
    queue.done('a');
    delays.push(clock.now() - before);
  }
  assert.deepEqual(delays.slice(0, 5), [5, 10, 20, 40, 80]);
  assert.ok((delays.at(-1) as number) <= 1_005_000);
  queue.forget('a');
  assert.equal(queue.failures('a'), 0);
});

test('shutDown frees takers and drops what is late', async () => {
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock });
  const taken = queue.take();
  queue.addAfter('a', 10);
  queue.shutDown();
  assert.equal(await taken, undefined);
  await clock.advance(100);
  assert.equal(queue.depth, 0);
  assert.equal(await queue.take(), undefined);
});
