import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Places } from './places.ts';

test('so many run at once, the others in order; a failure frees its place', async () => {
  const places = new Places(2);
  const ends: (() => void)[] = [];
  const began: number[] = [];
  const task = (i: number) => async () => {
    began.push(i);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (i === 0) throw new Error('no');
    return i;
  };
  const results = [0, 1, 2, 3].map((i) => places.hold(task(i)).catch((error: Error) => error.message));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  assert.deepEqual(began, [0, 1]);
  ends[0]?.();
  await settle();
  assert.deepEqual(began, [0, 1, 2]);
  for (let i = 1; i < 4; i++) {
    ends[i]?.();
    await settle();
  }
  assert.deepEqual(await Promise.all(results), ['no', 1, 2, 3]);
});
