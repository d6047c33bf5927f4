import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Ends a stream and waits until it has handed over everything. Never rejects. */
export async function drain(stream: Writable | undefined): Promise<void> {
  if (!stream || stream.destroyed) return;
  const done = finished(stream, { readable: false }).catch(() => {});
  stream.end();
  await done;
}
