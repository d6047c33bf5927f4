import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpectedWrites } from './expected-writes.ts';

const written = (name: string, namespace?: string) => ({
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...(namespace === undefined ? {} : { namespace }) } },
  bytes: Buffer.from(name),
});

test('a write is given out once, to its key and revision only', () => {
  const writes = new ExpectedWrites();
  const pod = written('a', 'default');
  writes.add(7, pod);
  writes.add(8, written('node'));
  assert.equal(writes.take('default/a', 6), undefined);
  assert.equal(writes.take('default/a', 7), pod);
  assert.equal(writes.take('default/a', 7), undefined);
  assert.equal(writes.take('other', 8), undefined);
  writes.add(9, written('node'));
  assert.equal(writes.take('node', 9)?.bytes.toString(), 'node');
});

test('what nobody fetches does not pile up', () => {
  const writes = new ExpectedWrites();
  for (let i = 0; i < 2500; i++) writes.add(i, written('x'));
  assert.equal(writes.take('x', 10), undefined);
  assert.ok(writes.take('x', 2499));
});
