import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { compactOnce } from './compactor.ts';

const { signal } = new AbortController();

it('compacts to the round before, and of two apiservers one does it', async () => {
  const storage = new MemoryStorage();
  const { revision } = (await storage.create('/registry/a', Buffer.from('1'))) as { revision: number };
  const mine = await compactOnce(storage, undefined, signal);
  const theirs = await compactOnce(storage, undefined, signal);
  assert.equal(mine, theirs);
  assert.equal((await storage.list('/registry/', { revision })).outcome, 'page');
  const next = await compactOnce(storage, mine, signal);
  assert.equal((await storage.list('/registry/', { revision })).outcome, 'compacted');
  assert.equal((await storage.list('/registry/', { revision: mine })).outcome, 'page');
  assert.equal(await compactOnce(storage, theirs, signal), next);
  assert.equal((await storage.list('/registry/', { revision: mine })).outcome, 'page');
});

it('starts over when the key is gone', async () => {
  assert.ok((await compactOnce(new MemoryStorage(), 77, signal)) > 0);
});
