import { Demultiplexer, type StreamName } from '../docker/demultiplex.ts';

/** One message of a container: a line, or with `partial` a piece of a line that goes on in the next message. */
export interface LogMessage {
  /** RFC 3339 with nine digits of fraction, in UTC. */
  readonly time: string;
  readonly stream: StreamName;
  readonly partial: boolean;
  /** Without the newline. */
  readonly text: Buffer;
}

/** `2006-01-02T15:04:05.000000000Z ` */
const PREFIX = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/;
const PREFIX_LENGTH = 31;
/** Docker cuts longer lines into pieces of this size. */
const PIECE = 16 * 1024;
const NEWLINE = 10;

/** Reads Docker's followed logs (with timestamps): feed it chunks, it gives the messages they complete. */
export class LogParser {
  readonly #frames: Demultiplexer | undefined;
  #rest: Buffer = Buffer.alloc(0);

  /** With a terminal Docker doesn't multiplex: there are no frames and everything is stdout. */
  constructor(tty: boolean) {
    this.#frames = tty ? undefined : new Demultiplexer();
  }

  push(chunk: Buffer): LogMessage[] {
    if (!this.#frames) return this.#pushRaw(chunk);
    return this.#frames.push(chunk).flatMap(({ stream, data }) => message(data, stream) ?? []);
  }

  #pushRaw(chunk: Buffer): LogMessage[] {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: LogMessage[] = [];
    for (;;) {
      const end = rawEnd(rest);
      if (end === 0) break;
      const found = message(rest.subarray(0, end), 'stdout');
      if (found) messages.push(found);
      rest = rest.subarray(end);
    }
    this.#rest = rest;
    return messages;
  }
}

/** Where the first message ends: after its newline, or where a piece of full length is followed by another time. */
function rawEnd(data: Buffer): number {
  const newline = data.indexOf(NEWLINE);
  const full = PREFIX_LENGTH + PIECE;
  const end = newline < 0 ? data.length : newline + 1;
  if (end >= full + PREFIX_LENGTH && PREFIX.test(data.toString('latin1', full, full + PREFIX_LENGTH))) return full;
  return newline < 0 ? 0 : end;
}

function message(data: Buffer, stream: StreamName): LogMessage | undefined {
  const prefix = data.toString('latin1', 0, PREFIX_LENGTH);
  if (!PREFIX.test(prefix)) return undefined;
  const whole = data[data.length - 1] === NEWLINE;
  return {
    time: prefix.slice(0, -1),
    stream,
    partial: !whole,
    text: data.subarray(PREFIX_LENGTH, whole ? data.length - 1 : data.length),
  };
}

/** The CRI log format: `time stream F|P text`. */
export function renderMessages(messages: readonly LogMessage[]): Buffer {
  const parts: Buffer[] = [];
  for (const { time, stream, partial, text } of messages)
    parts.push(Buffer.from(`${time} ${stream} ${partial ? 'P' : 'F'} `), text, LINE_END);
  return Buffer.concat(parts);
}
const LINE_END = Buffer.from('\n');
