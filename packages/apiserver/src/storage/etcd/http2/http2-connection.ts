import type { Socket } from 'node:net';
import {
  ACK,
  CANCEL,
  CONTINUATION,
  contentOf,
  DATA,
  decodeSettings,
  END_HEADERS,
  END_STREAM,
  encodeFrame,
  encodeNumberFrame,
  encodeSettings,
  type Frame,
  FrameReader,
  GOAWAY,
  HEAD_BYTES,
  HEADERS,
  MAX_FRAME_BYTES,
  PING,
  PREFACE,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  SETTINGS_ENABLE_PUSH,
  SETTINGS_HEADER_TABLE_SIZE,
  SETTINGS_INITIAL_WINDOW_SIZE,
  SETTINGS_MAX_CONCURRENT_STREAMS,
  SETTINGS_MAX_FRAME_SIZE,
  WINDOW_UPDATE,
  writeHead,
} from './frames.ts';
import { HeaderReader } from './hpack.ts';
import { Http2Stream, type StreamEvents } from './http2-stream.ts';
import { OutputBuffer } from './output-buffer.ts';

export interface Http2ConnectionOptions {
  /** What the server may send on one stream, and on all together, before it is read. */
  readonly streamWindowBytes: number;
  readonly sessionWindowBytes: number;
  /** The highest stream number it may use, the protocol's unless given; after it new calls need a new connection. */
  readonly lastStream?: number;
  /** The server has told its settings: it has taken us in. */
  readonly onReady: () => void;
}

const LAST_STREAM = 2 ** 31 - 1;
const INITIAL_WINDOW_BYTES = 65_535;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * The client's side of HTTP/2 (RFC 9113) on a socket, with no more than calls of gRPC need. What is written in one turn
 * of the event loop goes out in one piece; a stream is a few fields: `node:http2` takes three times the processor time
 * for a call. Whatever the server does against the protocol ends the connection.
 */
export class Http2Connection {
  readonly #socket: Socket;
  readonly #options: Http2ConnectionOptions;
  readonly #streams = new Map<number, Http2Stream>();
  /** Streams that wait for others to end, because the server takes no more. */
  readonly #queued: Http2Stream[] = [];
  /** Streams that wait for room in a window. */
  readonly #blocked = new Set<Http2Stream>();
  readonly #frames = new FrameReader();
  readonly #headers = new HeaderReader();
  readonly #pings: (() => void)[] = [];
  readonly #output: OutputBuffer;
  #nextId = 1;
  #window = INITIAL_WINDOW_BYTES;
  #streamWindow = INITIAL_WINDOW_BYTES;
  #maxFrame = MAX_FRAME_BYTES;
  #maxStreams = Number.POSITIVE_INFINITY;
  #received = 0;
  #block: { readonly stream: number; readonly end: boolean; readonly parts: Buffer[] } | undefined;
  #usable = true;

  constructor(socket: Socket, options: Http2ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#output = new OutputBuffer(socket);
    const { streamWindowBytes, sessionWindowBytes } = options;
    const settings = encodeSettings([
      [SETTINGS_HEADER_TABLE_SIZE, 0],
      [SETTINGS_ENABLE_PUSH, 0],
      [SETTINGS_INITIAL_WINDOW_SIZE, streamWindowBytes],
    ]);
    const more = encodeNumberFrame(WINDOW_UPDATE, 0, sessionWindowBytes - INITIAL_WINDOW_BYTES);
    this.#send(Buffer.concat([PREFACE, settings, more]));
    let why: Error | undefined;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => {
      why = error;
    });
    socket.on('close', () => this.#lost(why ?? new Error('the connection was closed')));
  }

  /** False once the connection is lost or on its way to be. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Opens a stream; `headers` is an encoded block. On a connection that is lost it ends with an error at once. */
  open(headers: Buffer, events: StreamEvents): Http2Stream {
    const stream = new Http2Stream(headers, events, this.#carrier, this.#options.streamWindowBytes);
    if (!this.#usable) queueMicrotask(() => events.onEnd(new Error('the connection is closed')));
    else if (this.#streams.size >= this.#maxStreams) this.#queued.push(stream);
    else this.#begin(stream);
    return stream;
  }

  /** `onAnswer` is called when the server has answered. */
  ping(onAnswer: () => void): void {
    this.#pings.push(onAnswer);
    this.#send(encodeFrame({ type: PING, flags: 0, stream: 0, payload: Buffer.alloc(8) }));
  }

  /** Ends the connection and every stream on it. */
  destroy(error?: Error): void {
    this.#usable = false;
    this.#socket.destroy(error);
  }

  readonly #carrier = {
    flush: (stream: Http2Stream) => {
      if (this.#streams.has(stream.id)) this.#sendData(stream);
    },
    cancel: (stream: Http2Stream) => {
      const waiting = this.#queued.indexOf(stream);
      if (waiting >= 0) this.#queued.splice(waiting, 1);
      if (!this.#streams.has(stream.id)) return;
      this.#send(encodeNumberFrame(RST_STREAM, stream.id, CANCEL));
      this.#forget(stream);
    },
    allow: (stream: Http2Stream, bytes: number) => {
      if (this.#streams.has(stream.id)) this.#send(encodeNumberFrame(WINDOW_UPDATE, stream.id, bytes));
    },
  };

  #begin(stream: Http2Stream): void {
    stream.id = this.#nextId;
    this.#nextId += 2;
    stream.window = this.#streamWindow;
    this.#streams.set(stream.id, stream);
    this.#send(encodeFrame({ type: HEADERS, flags: END_HEADERS, stream: stream.id, payload: stream.headers }));
    this.#sendData(stream);
    const { lastStream = LAST_STREAM } = this.#options;
    if (this.#nextId > lastStream) this.#retire(lastStream, 'the connection has used up its streams');
  }

  /** As much as the server takes. */
  #sendData(stream: Http2Stream): void {
    const { outgoing } = stream;
    while (outgoing.length > 0) {
      const first = outgoing[0] as Buffer;
      const room = Math.min(this.#window, stream.window, this.#maxFrame);
      if (room <= 0 && first.length > 0) {
        this.#blocked.add(stream);
        return;
      }
      const payload = first.length <= room ? first : first.subarray(0, room);
      if (payload === first) outgoing.shift();
      else outgoing[0] = first.subarray(room);
      this.#window -= payload.length;
      stream.window -= payload.length;
      stream.ended = stream.ending && outgoing.length === 0;
      const flags = stream.ended ? END_STREAM : 0;
      writeHead(this.#output.room(HEAD_BYTES), 0, { length: payload.length, type: DATA, flags, stream: stream.id });
      this.#send(payload);
    }
    this.#blocked.delete(stream);
  }

  #send(bytes: Buffer): void {
    this.#output.add(bytes);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.add(chunk)) {
        if (!this.#socket.destroyed) this.#take(frame);
      }
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #take(frame: Frame): void {
    const { type, flags, stream, payload } = frame;
    if (this.#block && (type !== CONTINUATION || stream !== this.#block.stream))
      throw new RangeError('unfinished headers');
    switch (type) {
      case DATA:
        this.#takeData(frame);
        return;
      case HEADERS:
        this.#block = { stream, end: (flags & END_STREAM) !== 0, parts: [] };
        this.#takeBlock(contentOf(frame), flags);
        return;
      case CONTINUATION:
        this.#takeBlock(payload, flags);
        return;
      case RST_STREAM:
        this.#end(this.#streams.get(stream), new Error(`the server reset the stream: ${payload.readUInt32BE(0)}`));
        return;
      case SETTINGS:
        if (!(flags & ACK)) this.#takeSettings(payload);
        return;
      case PING:
        if (flags & ACK) this.#pings.shift()?.();
        else this.#send(encodeFrame({ type: PING, flags: ACK, stream: 0, payload }));
        return;
      case GOAWAY:
        this.#retire(payload.readUInt32BE(0) & 0x7fffffff, 'the server goes away');
        return;
      case WINDOW_UPDATE:
        this.#widen(stream, payload.readUInt32BE(0) & 0x7fffffff);
        return;
      case PUSH_PROMISE:
        throw new RangeError('unwanted push');
      default: // what is not known is left out
    }
  }

  #takeData(frame: Frame): void {
    const { length } = frame.payload;
    this.#received += length;
    if (this.#received >= this.#options.sessionWindowBytes / 2) {
      this.#send(encodeNumberFrame(WINDOW_UPDATE, 0, this.#received));
      this.#received = 0;
    }
    const stream = this.#streams.get(frame.stream);
    if (!stream) return;
    try {
      stream.events.onData(contentOf(frame));
    } catch (error) {
      stream.cancel();
      stream.events.onEnd(error as Error);
      return;
    }
    if (frame.flags & END_STREAM) this.#end(stream);
    else stream.received(length);
  }

  #takeBlock(part: Buffer, flags: number): void {
    const block = this.#block;
    if (!block) throw new RangeError('unexpected continuation');
    block.parts.push(part);
    if (!(flags & END_HEADERS)) return;
    this.#block = undefined;
    const stream = this.#streams.get(block.stream);
    if (!stream) return;
    const { parts } = block;
    stream.events.onHeaders(this.#headers.read(parts.length === 1 ? (parts[0] ?? NOTHING) : Buffer.concat(parts)));
    if (block.end) this.#end(stream);
  }

  #takeSettings(payload: Buffer): void {
    for (const [id, value] of decodeSettings(payload)) {
      if (id === SETTINGS_MAX_CONCURRENT_STREAMS) this.#maxStreams = value;
      else if (id === SETTINGS_MAX_FRAME_SIZE) this.#maxFrame = value;
      else if (id === SETTINGS_INITIAL_WINDOW_SIZE) {
        for (const stream of this.#streams.values()) stream.window += value - this.#streamWindow;
        this.#streamWindow = value;
      }
    }
    this.#send(encodeFrame({ type: SETTINGS, flags: ACK, stream: 0, payload: NOTHING }));
    this.#unblock();
    this.#options.onReady();
  }

  #widen(id: number, bytes: number): void {
    if (id === 0) this.#window += bytes;
    else {
      const stream = this.#streams.get(id);
      if (stream) stream.window += bytes;
    }
    this.#unblock();
  }

  #unblock(): void {
    for (const stream of [...this.#blocked]) this.#sendData(stream);
  }

  /** There are no new streams, and nobody has looked at those after `last`; the others come to their end. */
  #retire(last: number, why: string): void {
    this.#usable = false;
    const error = new Error(why);
    for (const stream of this.#queued.splice(0)) stream.events.onEnd(error);
    for (const stream of [...this.#streams.values()]) if (stream.id > last) this.#end(stream, error);
    if (this.#streams.size === 0) this.#socket.destroy();
  }

  #end(stream: Http2Stream | undefined, error?: Error): void {
    if (!stream) return;
    if (!stream.ended && !error) this.#send(encodeNumberFrame(RST_STREAM, stream.id, CANCEL));
    this.#forget(stream);
    stream.events.onEnd(error);
  }

  #forget(stream: Http2Stream): void {
    this.#streams.delete(stream.id);
    this.#blocked.delete(stream);
    while (this.#usable && this.#queued.length > 0 && this.#streams.size < this.#maxStreams)
      this.#begin(this.#queued.shift() as Http2Stream);
    if (!this.#usable && this.#streams.size === 0) this.#socket.destroy();
  }

  #lost(error: Error): void {
    this.#usable = false;
    for (const stream of [...this.#queued.splice(0), ...this.#streams.values()]) stream.events.onEnd(error);
    this.#streams.clear();
    this.#blocked.clear();
  }
}
