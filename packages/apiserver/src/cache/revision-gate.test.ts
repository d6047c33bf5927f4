import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RevisionGate } from './revision-gate.ts';

function countingStorage() {
  const sent: { resolve(revision: number): void; reject(error: unknown): void }[] = [];
  const currentRevision = () => new Promise<number>((resolve, reject) => sent.push({ resolve, reject }));
  return { sent, currentRevision };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));
const settle = () => turn().then(turn);

it('readers that asked before a round trip was sent share it; later ones share the next', async () => {
  const storage = countingStorage();
  const gate = new RevisionGate(storage);
  const early = [gate.current(), gate.current()];
  await settle();
  const late = [gate.current(), gate.current(), gate.current()];
  await settle();
  assert.equal(storage.sent.length, 1);
  storage.sent[0]?.resolve(5);
  assert.deepEqual(await Promise.all(early), [5, 5]);
  await settle();
  assert.equal(storage.sent.length, 2);
  storage.sent[1]?.resolve(6);
  assert.deepEqual(await Promise.all(late), [6, 6, 6]);
});

it('readers that ask in the turn in which a round trip ends share the next', async () => {
  const storage = countingStorage();
  const gate = new RevisionGate(storage);
  const first = gate.current();
  await settle();
  const waiting = gate.current();
  storage.sent[0]?.resolve(5);
  assert.equal(await first, 5);
  const after = gate.current();
  await settle();
  assert.equal(storage.sent.length, 2);
  storage.sent[1]?.resolve(6);
  assert.deepEqual(await Promise.all([waiting, after]), [6, 6]);
});

it('a failed round trip fails its readers only', async () => {
  const storage = countingStorage();
  const gate = new RevisionGate(storage);
  const first = gate.current();
  await settle();
  const second = gate.current();
  storage.sent[0]?.reject(new Error('gone'));
  await assert.rejects(first, /gone/);
  await settle();
  storage.sent[1]?.resolve(7);
  assert.equal(await second, 7);
});

it('an aborted reader goes alone', async () => {
  const storage = countingStorage();
  const gate = new RevisionGate(storage);
  const controller = new AbortController();
  const aborted = gate.current(controller.signal);
  const other = gate.current();
  await settle();
  controller.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  storage.sent[0]?.resolve(8);
  assert.equal(await other, 8);
});
