import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Clock } from '@coxswain/foundation';
import type { LogOptions } from './log-options.ts';

const CHUNK = 64 * 1024;
/** Milliseconds between looks at a file that is followed. */
const POLL_MS = 100;
const NEWLINE = 10;

export interface ReadLogsOptions extends LogOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Whether more may come; asked now and then while following. */
  readonly isRunning: () => Promise<boolean>;
}

/**
 * The text of a log in CRI format (`time stream P|F text`), from where the options say. Following goes over to the new
 * file when the log is rotated and ends when the container has ended and all is read; otherwise what is written while it
 * reads is left out, so that the last lines are no more than were asked for.
 */
export async function* readLogs(options: ReadLogsOptions, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { path, clock, follow, tailLines, isRunning, limitBytes } = options;
  let file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    let position = tailLines === undefined ? 0 : await tailOffset(file, size, tailLines);
    const end = follow ? Number.POSITIVE_INFINITY : size;
    let rest: Buffer = Buffer.alloc(0);
    let budget = limitBytes ?? Number.POSITIVE_INFINITY;
    const format = formatter(options);
    const chunk = Buffer.alloc(CHUNK);
    let lastAsked = clock.now();
    let ended = false;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(CHUNK, end - position), position);
      if (bytesRead > 0) {
        position += bytesRead;
        const { lines, tail } = splitLines(Buffer.concat([rest, chunk.subarray(0, bytesRead)]));
        rest = tail;
        const out = Buffer.concat(lines.map(format)).subarray(0, Math.min(budget, Number.MAX_SAFE_INTEGER));
        budget -= out.length;
        if (out.length > 0) yield out;
        if (budget <= 0) return;
        continue;
      }
      if (!follow) return;
      const fresh = await rotated(file, path, position);
      if (fresh === 'truncated') {
        position = 0;
        rest = Buffer.alloc(0);
        continue;
      }
      if (fresh) {
        await file.close();
        file = fresh;
        position = 0;
        rest = Buffer.alloc(0);
        continue;
      }
      if (ended || signal.aborted) return;
      if (clock.now() - lastAsked >= 5 * POLL_MS) {
        lastAsked = clock.now();
        ended = !(await isRunning());
        if (ended) continue;
      }
      await clock.sleep(POLL_MS, signal).catch(() => {});
    }
  } finally {
    await file.close();
  }
}

/** The file now at `path` when it is another than the open one. */
async function rotated(
  file: FileHandle,
  path: string,
  position: number,
): Promise<FileHandle | 'truncated' | undefined> {
  const [now, own] = await Promise.all([stat(path).catch(() => undefined), file.stat()]);
  if (!now) return undefined;
  if (now.ino === own.ino) return own.size < position ? 'truncated' : undefined;
  return open(path, 'r').catch(() => undefined);
}

function splitLines(data: Buffer): { lines: Buffer[]; tail: Buffer } {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
    lines.push(data.subarray(start, end));
    start = end + 1;
  }
  return { lines, tail: Buffer.from(data.subarray(start)) };
}

/** Turns one line of the file into what the reader gets; parts of a long line are joined. */
function formatter({ since, timestamps }: LogOptions): (line: Buffer) => Buffer {
  const nothing = Buffer.alloc(0);
  const open = new Set<string>();
  return (line) => {
    const first = line.indexOf(32);
    const second = line.indexOf(32, first + 1);
    const third = line.indexOf(32, second + 1);
    if (first < 0 || second < 0) return nothing;
    const time = line.toString('latin1', 0, first);
    if (since !== undefined && Date.parse(time) < since) return nothing;
    const stream = line.toString('latin1', first + 1, second);
    const flags = line.toString('latin1', second + 1, third < 0 ? line.length : third);
    const partial = flags.split(':').includes('P');
    const text = third < 0 ? nothing : line.subarray(third + 1);
    const begins = !open.has(stream);
    if (partial) open.add(stream);
    else open.delete(stream);
    const prefix = timestamps && begins ? Buffer.from(`${time} `) : nothing;
    return Buffer.concat([prefix, text, partial ? nothing : Buffer.from('\n')]);
  };
}

/** Where the last `count` lines of the first `size` bytes begin. */
async function tailOffset(file: FileHandle, size: number, count: number): Promise<number> {
  if (count === 0) return size;
  let at = size;
  let left = count;
  const chunk = Buffer.alloc(CHUNK);
  while (at > 0) {
    const start = Math.max(0, at - CHUNK);
    const { bytesRead } = await file.read(chunk, 0, at - start, start);
    for (let i = bytesRead - 1; i >= 0; i--) {
      if (chunk[i] !== NEWLINE || start + i === size - 1) continue;
      if (--left === 0) return start + i + 1;
    }
    at = start;
  }
  return 0;
}
