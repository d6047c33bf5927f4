import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerMemory } from './answer-memory.ts';

const query = (id: number, text: string) => Buffer.concat([Buffer.from([id >> 8, id & 0xff]), Buffer.from(text)]);
const answer = (id: number, text: string) => ({ bytes: query(id, text), type: 'A', rcode: 'NOERROR' });

test('a query is known by all but its number, and each answer is a buffer of its own', () => {
  const memory = new AnswerMemory();
  memory.remember(query(1, 'who'), answer(1, 'me'));
  const [one, two] = [memory.recall(query(0x1234, 'who')), memory.recall(query(7, 'who'))];
  assert.deepEqual([one, two], [answer(0x1234, 'me'), answer(7, 'me')]);
  for (const other of ['whO', 'who?', 'wh']) assert.equal(memory.recall(query(1, other)), undefined);
  memory.clear();
  assert.equal(memory.recall(query(1, 'who')), undefined);
});

test('it is bounded', () => {
  const memory = new AnswerMemory();
  memory.remember(query(1, 'x'.repeat(1000)), answer(1, 'me'));
  assert.equal(memory.recall(query(1, 'x'.repeat(1000))), undefined);
  memory.remember(query(1, 'first'), answer(1, 'me'));
  for (let i = 0; i < 10_000; i++) memory.remember(query(1, `name ${i}`), answer(1, 'me'));
  assert.equal(memory.recall(query(1, 'first')), undefined);
  assert.ok(memory.recall(query(1, 'name 9999')));
});
