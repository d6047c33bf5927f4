import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file with this content that no folder lists and that is gone once it is closed; positioned at its start. */
export function namelessFile(content: Buffer): number {
  const path = join(tmpdir(), randomUUID());
  const file = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    for (let done = 0; done < content.length; ) done += writeSync(file, content, done, content.length - done, done);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
