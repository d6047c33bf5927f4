import assert from 'node:assert/strict';
import { test } from 'node:test';
import { truncateWarnings } from './truncate-warnings.ts';

test('warnings are told once, all of them while they are short', () => {
  assert.deepEqual(truncateWarnings(['a', 'b', 'a']), ['a', 'b']);
  assert.deepEqual(truncateWarnings(['x'.repeat(4000)]), ['x'.repeat(4000)]);
});

test('too many are cut: 256 characters of each, 4,096 of all', () => {
  const many = Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(1000)}`);
  const kept = truncateWarnings(many);
  assert.equal(kept.length, 16);
  assert.ok(kept.every((text) => text.length === 256));
});
