import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mountsBelow } from './read-only-trees.ts';

const INFO = `21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:25 / /a rw,nosuid,nodev shared:5 - tmpfs tmpfs rw
31 30 0:26 / /a/with\\040space ro,noexec - tmpfs tmpfs rw
32 21 0:27 / /ab rw - tmpfs tmpfs rw
`;

it('finds what is mounted at and below a path', () => {
  assert.deepEqual(mountsBelow(INFO, '/a'), [
    { path: '/a', options: ['rw', 'nosuid', 'nodev'] },
    { path: '/a/with space', options: ['ro', 'noexec'] },
  ]);
  assert.deepEqual(mountsBelow(INFO, '/b'), []);
});
