import { type FileHandle, open } from 'node:fs/promises';

/** How far a log has been written: the last message's time, and how many messages at the end have that very time. */
export interface LogPosition {
  readonly time: string;
  readonly count: number;
}

const BLOCK = 64 * 1024;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;

/**
 * The position at the end of a CRI log file, undefined when it is empty or absent. A last line without newline, left by
 * a crash in the middle of writing, is cut off.
 */
export async function readPosition(file: string): Promise<LogPosition | undefined> {
  const handle = await open(file, 'r+').catch(() => undefined);
  if (!handle) return undefined;
  try {
    return await scanBack(handle);
  } finally {
    await handle.close();
  }
}

async function scanBack(handle: FileHandle): Promise<LogPosition | undefined> {
  const { size } = await handle.stat();
  let start = size;
  let tail = Buffer.alloc(0);
  for (;;) {
    const from = Math.max(0, start - BLOCK);
    const block = Buffer.alloc(start - from);
    await handle.read(block, 0, block.length, from);
    tail = Buffer.concat([block, tail]);
    start = from;
    const end = tail.lastIndexOf(10) + 1;
    const times = tail
      .subarray(0, end)
      .toString('latin1')
      .split('\n')
      .slice(start === 0 ? 0 : 1, -1)
      .map((line) => line.slice(0, line.indexOf(' ')));
    const last = times.at(-1);
    const settled = last !== undefined && times.some((time) => time !== last);
    if (start > 0 && !settled) continue;
    if (end < tail.length) await handle.truncate(start + end);
    if (last === undefined || !TIME.test(last)) return undefined;
    let count = 0;
    while (times.at(-1 - count) === last) count++;
    return { time: last, count };
  }
}

/** Docker's `since` for the position: that time included, as Docker has no "after". */
export function toSince({ time }: LogPosition): string {
  return `${Math.floor(Date.parse(time) / 1000)}.${time.slice(20, 29)}`;
}

/** Leaves out the messages up to a position; Docker repeats those of the position's own time. */
export class Skipper {
  readonly #position: LogPosition | undefined;
  #toSkip: number;

  constructor(position: LogPosition | undefined) {
    this.#position = position;
    this.#toSkip = position?.count ?? 0;
  }

  skips(time: string): boolean {
    const position = this.#position;
    if (!position || time > position.time) return false;
    if (time < position.time) return true;
    if (this.#toSkip === 0) return false;
    this.#toSkip--;
    return true;
  }
}
