import { constants, inflateRawSync } from 'node:zlib';
import { DICTIONARY } from './dictionary.ts';

/** Names are lower-case. */
export type SpdyHeaders = ReadonlyMap<string, string>;

const WINDOW = 32 * 1024;
const LONGEST = 64 * 1024;
const STORED_MAX = 0xffff;
/** A stored block of nothing: readers hand out what came before only when they meet it. */
const FLUSH = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** Reads the header blocks of one direction of a connection, in their order: each may refer back to those before. */
export class HeaderBlockReader {
  /** What later blocks may refer to. Blocks end at a flush, so each can be read on its own given this. */
  #window: Buffer | undefined;

  /** @throws when the block is broken or too long */
  read(block: Buffer): SpdyHeaders {
    let deflated = block;
    let window = this.#window;
    if (window === undefined) {
      const preset = ((block[1] ?? 0) & 0x20) !== 0;
      window = preset ? DICTIONARY : Buffer.alloc(0);
      deflated = block.subarray(preset ? 6 : 2);
    }
    const text = inflateRawSync(deflated, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: LONGEST,
      ...(window.length > 0 ? { dictionary: window } : {}),
    });
    this.#window = Buffer.concat([window, text]).subarray(-WINDOW);
    return parsePairs(text);
  }
}

/** Writes the header blocks of one direction; nothing is gained by compressing the few that there are. */
export class HeaderBlockWriter {
  #started = false;

  write(headers: SpdyHeaders): Buffer {
    const text = renderPairs(headers);
    const parts: Buffer[] = this.#started ? [] : [Buffer.from([0x78, 0x01])];
    this.#started = true;
    for (let at = 0; at < text.length; at += STORED_MAX) {
      const part = text.subarray(at, at + STORED_MAX);
      const head = Buffer.alloc(5);
      head.writeUInt16LE(part.length, 1);
      head.writeUInt16LE(~part.length & 0xffff, 3);
      parts.push(head, part);
    }
    return Buffer.concat([...parts, FLUSH]);
  }
}

function renderPairs(headers: SpdyHeaders): Buffer {
  const parts: Buffer[] = [uint32(headers.size)];
  for (const pair of headers)
    for (const text of pair) {
      const bytes = Buffer.from(text);
      parts.push(uint32(bytes.length), bytes);
    }
  return Buffer.concat(parts);
}

function parsePairs(text: Buffer): SpdyHeaders {
  const headers = new Map<string, string>();
  let at = 4;
  const next = () => {
    const end = at + 4 + text.readUInt32BE(at);
    if (end > text.length) throw new RangeError('header block ends early');
    const value = text.toString('utf8', at + 4, end);
    at = end;
    return value;
  };
  for (let left = text.readUInt32BE(0); left > 0; left--) headers.set(next().toLowerCase(), next());
  return headers;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
