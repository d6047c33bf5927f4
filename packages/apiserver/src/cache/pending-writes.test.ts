import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingWrites } from './pending-writes.ts';

const written = (name: string, text = name) => ({
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name } },
  value: Buffer.from(text),
});

test('a write is given out once, to its key and value only', () => {
  const writes = new PendingWrites();
  const write = writes.add('default/a', written('a'));
  assert.equal(writes.take('default/a', Buffer.from('b')), undefined);
  assert.equal(writes.take('other/a', Buffer.from('a')), undefined);
  assert.equal(writes.take('default/a', Buffer.from('a')), write);
  assert.equal(writes.take('default/a', Buffer.from('a')), undefined);
});

test('a write that failed is forgotten, its successor is not', () => {
  const writes = new PendingWrites();
  const first = writes.add('a', written('a', '1'));
  const second = writes.add('a', written('a', '2'));
  writes.remove('a', first);
  assert.equal(writes.take('a', Buffer.from('2')), second);
  writes.remove('a', writes.add('a', written('a', '3')));
  assert.equal(writes.take('a', Buffer.from('3')), undefined);
});

test('what nobody fetches does not pile up', () => {
  const writes = new PendingWrites();
  for (let i = 0; i < 2500; i++) writes.add(`a${i}`, written('a'));
  assert.equal(writes.take('a10', Buffer.from('a')), undefined);
  assert.ok(writes.take('a2499', Buffer.from('a')));
});
