import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compares text with a file beside the test; `UPDATE_GOLDEN=1` writes the file instead. */
export function assertGolden(dir: string, name: string, text: string): void {
  const file = join(dir, 'testdata', name);
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}
