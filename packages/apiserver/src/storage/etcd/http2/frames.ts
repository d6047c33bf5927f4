export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

/** Also a SETTINGS or PING frame's ACK. */
export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const PRIORITY = 0x20;

export const SETTINGS_HEADER_TABLE_SIZE = 1;
export const SETTINGS_ENABLE_PUSH = 2;
export const SETTINGS_MAX_CONCURRENT_STREAMS = 3;
export const SETTINGS_INITIAL_WINDOW_SIZE = 4;
export const SETTINGS_MAX_FRAME_SIZE = 5;

export const CANCEL = 8;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** A peer sends no larger frames unless it is allowed to. */
export const MAX_FRAME_BYTES = 16_384;
export const HEAD_BYTES = 9;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0 is the connection. */
  readonly stream: number;
  readonly payload: Buffer;
}

/** Writes a frame's head to `target` at `at`; returns where its payload begins. */
export function writeHead(
  target: Buffer,
  at: number,
  { length, type, flags, stream }: { length: number; type: number; flags: number; stream: number },
): number {
  target.writeUIntBE(length, at, 3);
  target[at + 3] = type;
  target[at + 4] = flags;
  target.writeUInt32BE(stream, at + 5);
  return at + HEAD_BYTES;
}

export function encodeFrame({ type, flags, stream, payload }: Frame): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + payload.length);
  bytes.set(payload, writeHead(bytes, 0, { length: payload.length, type, flags, stream }));
  return bytes;
}

/** A frame whose payload is one 32-bit number. */
export function encodeNumberFrame(type: number, stream: number, value: number): Buffer {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt32BE(value);
  return encodeFrame({ type, flags: 0, stream, payload });
}

export function encodeSettings(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.allocUnsafe(settings.length * 6);
  settings.forEach(([id, value], i) => {
    payload.writeUInt32BE(value, payload.writeUInt16BE(id, i * 6));
  });
  return encodeFrame({ type: SETTINGS, flags: 0, stream: 0, payload });
}

export function* decodeSettings(payload: Buffer): Generator<readonly [id: number, value: number]> {
  for (let at = 0; at + 6 <= payload.length; at += 6) yield [payload.readUInt16BE(at), payload.readUInt32BE(at + 2)];
}

/** What a DATA or HEADERS frame carries, without padding and priority. @throws RangeError when there is less than it says */
export function contentOf({ flags, payload }: Frame): Buffer {
  if ((flags & (PADDED | PRIORITY)) === 0) return payload;
  const padding = flags & PADDED ? (payload[0] ?? 0) : 0;
  const start = (flags & PADDED ? 1 : 0) + (flags & PRIORITY ? 5 : 0);
  if (start + padding > payload.length) throw new RangeError('frame of padding');
  return payload.subarray(start, payload.length - padding);
}

/** Finds the frames in what arrives, however it is cut. Payloads share the memory of what arrived. */
export class FrameReader {
  #rest: Buffer | undefined;

  /** @throws RangeError on a frame that is larger than allowed */
  *add(chunk: Buffer): Generator<Frame> {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      if (length > MAX_FRAME_BYTES) throw new RangeError(`frame of ${length} bytes`);
      const end = at + HEAD_BYTES + length;
      if (end > bytes.length) break;
      const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
      const payload = bytes.subarray(at + HEAD_BYTES, end);
      yield { type: bytes[at + 3] as number, flags: bytes[at + 4] as number, stream, payload };
      at = end;
    }
    bytes = bytes.subarray(at);
    if (bytes.length > 0) this.#rest = bytes;
  }
}
