import type { Duplex } from 'node:stream';
import { dataHead, type Frame, FrameParser, goaway, ping, RST, rstStream, synReply, synStream } from './frames.ts';
import { HeaderBlockReader, HeaderBlockWriter, type SpdyHeaders } from './header-block.ts';
import { SpdyStream, type StreamTransport } from './spdy-stream.ts';

export interface SpdyOptions {
  /** `client` opens odd streams, `server` even ones. */
  readonly side: 'client' | 'server';
  /** Told each stream that the peer opens, after it was accepted; a false return refuses it. */
  readonly onStream?: (stream: SpdyStream) => boolean;
  /** Most streams open at once; more are refused. */
  readonly maxStreams?: number;
}

const CHUNK_BYTES = 64 * 1024;

/**
 * SPDY/3.1 over any duplex stream, as far as Kubernetes uses it: streams with half-close and reset, pings. Windows are
 * neither kept nor asked for (Kubernetes' clients don't), so a reader that lags holds up its connection.
 */
export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #options: SpdyOptions;
  readonly #parser = new FrameParser();
  readonly #reader = new HeaderBlockReader();
  readonly #writer = new HeaderBlockWriter();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #lagging = new Set<number>();
  #waiting: (() => void)[] = [];
  #nextId: number;
  #lastId = 0;
  readonly #controller = new AbortController();

  constructor(transport: Duplex, options: SpdyOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#nextId = options.side === 'client' ? 1 : 2;
    transport.on('data', (chunk: Buffer) => this.#receive(chunk));
    transport.on('drain', () => this.#drained());
    transport.on('end', () => this.#close());
    transport.on('error', (error) => this.#close(error));
    transport.on('close', () => this.#close());
  }

  /** Aborts when the connection is over. */
  get closed(): AbortSignal {
    return this.#controller.signal;
  }

  open(headers: SpdyHeaders): SpdyStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = this.#add(id, headers);
    this.#send(synStream(id, false, this.#writer.write(headers)));
    return stream;
  }

  /** Ends the connection after what was written. */
  end(): void {
    if (this.closed.aborted) return;
    this.#send(goaway(this.#lastId));
    this.#transport.end();
  }

  destroy(error?: Error): void {
    this.#close(error);
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#parser.push(chunk)) this.#handle(frame);
    } catch (error) {
      this.#close(error as Error);
    }
  }

  #handle(frame: Frame): void {
    switch (frame.type) {
      case 'syn-stream':
        this.#accept(frame.id, this.#reader.read(frame.block), frame.fin);
        return;
      case 'data': {
        const stream = this.#streams.get(frame.id);
        if (stream && !stream.receive(frame.data, frame.fin)) this.#lag(frame.id);
        return;
      }
      case 'syn-reply':
      case 'headers':
        this.#reader.read(frame.block);
        if (frame.fin) this.#streams.get(frame.id)?.receive(Buffer.alloc(0), true);
        return;
      case 'rst-stream':
        this.#streams.get(frame.id)?.wasReset(new Error(`stream was reset: ${frame.status}`));
        return;
      case 'ping':
        // The peer's pings have its parity; the others are answers to ours.
        if (frame.id % 2 === (this.#options.side === 'server' ? 1 : 0)) this.#send(ping(frame.id));
        return;
      case 'goaway':
      case 'ignored':
        return;
      default:
        frame satisfies never;
    }
  }

  #accept(id: number, headers: SpdyHeaders, fin: boolean): void {
    const { onStream, maxStreams = 1000 } = this.#options;
    if (id <= this.#lastId) throw new Error('stream identifiers must grow');
    this.#lastId = id;
    if (!onStream || this.#streams.size >= maxStreams) {
      this.#send(rstStream(id, RST.refusedStream));
      return;
    }
    const stream = this.#add(id, headers);
    this.#send(synReply(id, false, this.#writer.write(new Map())));
    if (fin) stream.receive(Buffer.alloc(0), true);
    if (!onStream(stream)) stream.destroy();
  }

  #add(id: number, headers: SpdyHeaders): SpdyStream {
    const transport: StreamTransport = {
      data: (streamId, data, done) => this.#data(streamId, data, done),
      fin: (streamId) => this.#send(dataHead(streamId, true, 0)),
      ended: (streamId, reset) => {
        this.#streams.delete(streamId);
        this.#caughtUp(streamId);
        if (reset) this.#send(rstStream(streamId, RST.cancel));
      },
      wanted: (streamId) => this.#caughtUp(streamId),
    };
    const stream = new SpdyStream(id, headers, transport);
    // Losing the connection is told to all streams, read or not; whoever reads one hears of it there.
    stream.on('error', () => {});
    this.#streams.set(id, stream);
    return stream;
  }

  #data(id: number, data: Buffer, done: () => void): void {
    if (this.closed.aborted) {
      done();
      return;
    }
    const transport = this.#transport;
    let room = true;
    transport.cork();
    for (let at = 0; at < data.length; at += CHUNK_BYTES) {
      const part = data.subarray(at, at + CHUNK_BYTES);
      transport.write(dataHead(id, false, part.length));
      room = transport.write(part);
    }
    transport.uncork();
    if (room) done();
    else this.#waiting.push(done);
  }

  #send(frame: Buffer): void {
    if (!this.closed.aborted && this.#transport.writable) this.#transport.write(frame);
  }

  #drained(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }

  #lag(id: number): void {
    this.#lagging.add(id);
    this.#transport.pause();
  }

  #caughtUp(id: number): void {
    if (this.#lagging.delete(id) && this.#lagging.size === 0) this.#transport.resume();
  }

  #close(error = new Error('the connection was closed')): void {
    if (this.closed.aborted) return;
    this.#controller.abort(error);
    for (const stream of [...this.#streams.values()]) stream.disconnected(error);
    this.#drained();
    this.#transport.destroy();
  }
}
