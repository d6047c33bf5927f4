import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitLines } from './split-lines.ts';

async function lines(chunks: Buffer[]): Promise<string[]> {
  async function* source() {
    yield* chunks;
  }
  const found: string[] = [];
  for await (const line of splitLines(source())) found.push(line.toString('utf8'));
  return found;
}

test('chunks may end anywhere, also inside a character', async () => {
  const text = Buffer.from('{"a":"ü€😀"}\n{"b":2}\n\n{"c":"ö"}');
  const want = ['{"a":"ü€😀"}', '{"b":2}', '{"c":"ö"}'];
  for (let size = 1; size <= text.length; size++) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < text.length; at += size) chunks.push(text.subarray(at, at + size));
    assert.deepEqual(await lines(chunks), want, `chunks of ${size}`);
  }
});
