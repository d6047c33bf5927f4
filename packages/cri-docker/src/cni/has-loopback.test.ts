import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hasLoopback } from './has-loopback.ts';

it("sees this process's loopback, and none where it can't look", async () => {
  assert.equal(await hasLoopback(`/proc/${process.pid}/ns/net`), true);
  assert.equal(await hasLoopback('/proc/0/ns/net'), false);
  assert.equal(await hasLoopback('/run/netns/other'), false);
});
