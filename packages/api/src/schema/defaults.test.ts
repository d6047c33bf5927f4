import assert from 'node:assert/strict';
import { test } from 'node:test';
import { int32, str } from './builders.ts';
import { applyStructDefaults } from './defaults.ts';
import { struct } from './struct.ts';

const Sample = struct('Sample', {
  period: int32(1).always().default(10),
  path: str(2).always().default('/'),
  replicas: int32(3).pointer().default(1),
});

test('a zero is nothing unless behind a pointer, as in Go', () => {
  const object = { period: 0, path: '', replicas: 0 };
  applyStructDefaults(Sample, object);
  assert.deepEqual(object, { period: 10, path: '/', replicas: 0 });
});
