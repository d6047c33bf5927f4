/** What arrives. A DATA frame comes in parts as its bytes do; only the last part has its `fin`. */
export type Frame =
  | { readonly type: 'syn-stream' | 'syn-reply' | 'headers'; readonly id: number; readonly fin: boolean; block: Buffer }
  | { readonly type: 'data'; readonly id: number; readonly fin: boolean; readonly data: Buffer }
  | { readonly type: 'rst-stream'; readonly id: number; readonly status: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goaway' }
  /** SETTINGS, WINDOW_UPDATE and whatever else: nothing here depends on it. */
  | { readonly type: 'ignored' };

const HEAD = 8;
const FLAG_FIN = 1;
const CONTROL_MAX = 64 * 1024;
const TYPES = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goaway: 7, headers: 8 } as const;

export const RST = { protocolError: 1, refusedStream: 3, cancel: 5 } as const;

/** Takes SPDY/3.1 frames out of a byte stream cut anywhere. */
export class FrameParser {
  #held: Buffer[] = [];
  #size = 0;
  #need = HEAD;
  #data: { readonly id: number; readonly fin: boolean; left: number } | undefined;

  /** @throws when what comes cannot be SPDY/3 */
  push(chunk: Buffer): Frame[] {
    this.#held.push(chunk);
    this.#size += chunk.length;
    if (!this.#data && this.#size < this.#need) return [];
    let rest = this.#held.length === 1 ? chunk : Buffer.concat(this.#held);
    const frames: Frame[] = [];
    for (;;) {
      if (this.#data) {
        const part = rest.subarray(0, this.#data.left);
        rest = rest.subarray(part.length);
        this.#data.left -= part.length;
        const { id, fin, left } = this.#data;
        if (part.length > 0 || fin) frames.push({ type: 'data', id, fin: fin && left === 0, data: part });
        if (left > 0) break;
        this.#data = undefined;
      }
      this.#need = HEAD;
      if (rest.length < HEAD) break;
      const flags = rest[4] as number;
      const length = rest.readUIntBE(5, 3);
      const first = rest.readUInt32BE(0);
      if (first < 0x8000_0000) {
        this.#data = { id: first, fin: (flags & FLAG_FIN) !== 0, left: length };
        rest = rest.subarray(HEAD);
        continue;
      }
      if (first >>> 16 !== 0x8003) throw new Error('not SPDY version 3');
      if (length > CONTROL_MAX) throw new Error('control frame too long');
      if (rest.length < HEAD + length) {
        this.#need = HEAD + length;
        break;
      }
      frames.push(parseControl(first & 0xffff, (flags & FLAG_FIN) !== 0, rest.subarray(HEAD, HEAD + length)));
      rest = rest.subarray(HEAD + length);
    }
    this.#held = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
    return frames;
  }
}

function parseControl(type: number, fin: boolean, body: Buffer): Frame {
  const id = () => body.readUInt32BE(0) & 0x7fff_ffff;
  switch (type) {
    case TYPES.synStream:
      return { type: 'syn-stream', id: id(), fin, block: body.subarray(10) };
    case TYPES.synReply:
      return { type: 'syn-reply', id: id(), fin, block: body.subarray(4) };
    case TYPES.headers:
      return { type: 'headers', id: id(), fin, block: body.subarray(4) };
    case TYPES.rstStream:
      return { type: 'rst-stream', id: id(), status: body.readUInt32BE(4) };
    case TYPES.ping:
      return { type: 'ping', id: body.readUInt32BE(0) };
    case TYPES.goaway:
      return { type: 'goaway' };
    default:
      return { type: 'ignored' };
  }
}

function control(type: number, fin: boolean, ...body: Buffer[]): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt16BE(0x8003, 0);
  head.writeUInt16BE(type, 2);
  head[4] = fin ? FLAG_FIN : 0;
  head.writeUIntBE(
    body.reduce((sum, part) => sum + part.length, 0),
    5,
    3,
  );
  return Buffer.concat([head, ...body]);
}

function uint32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, i * 4);
  return bytes;
}

export const synStream = (id: number, fin: boolean, block: Buffer): Buffer =>
  control(TYPES.synStream, fin, uint32s(id, 0), Buffer.alloc(2), block);
export const synReply = (id: number, fin: boolean, block: Buffer): Buffer =>
  control(TYPES.synReply, fin, uint32s(id), block);
export const rstStream = (id: number, status: number): Buffer => control(TYPES.rstStream, false, uint32s(id, status));
export const ping = (id: number): Buffer => control(TYPES.ping, false, uint32s(id));
export const goaway = (lastId: number): Buffer => control(TYPES.goaway, false, uint32s(lastId, 0));

/** The head of a DATA frame of so many bytes, which follow it. At most 16 MiB - 1. */
export function dataHead(id: number, fin: boolean, length: number): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(id, 0);
  head[4] = fin ? FLAG_FIN : 0;
  head.writeUIntBE(length, 5, 3);
  return head;
}
