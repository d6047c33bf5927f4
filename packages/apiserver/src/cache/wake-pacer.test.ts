import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WakePacer } from './wake-pacer.ts';

test('everybody who waits is woken, once, and not at once', async () => {
  const pacer = new WakePacer();
  let woken = 0;
  const round = () => Promise.all(Array.from({ length: 300 }, () => wake()));
  const wake = () =>
    new Promise<void>((resolve) =>
      pacer.add(() => {
        woken++;
        resolve();
      }),
    );
  const first = round();
  assert.equal(woken, 0);
  await first;
  assert.equal(woken, 300);
  await round();
  assert.equal(woken, 600);
});

test('who comes while others are woken is woken in the next round', async () => {
  const pacer = new WakePacer();
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    pacer.add(() => {
      order.push('first');
      pacer.add(() => {
        order.push('second');
        resolve();
      });
    });
  });
  assert.deepEqual(order, ['first', 'second']);
});
