import { decodeHuffman } from './huffman.ts';

export type Headers = Readonly<Record<string, string>>;

/** Names of the static table (RFC 7541, appendix A), from index 1. */
const NAMES =
  ':authority :method :method :path :path :scheme :scheme :status :status :status :status :status :status :status accept-charset accept-encoding accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control content-disposition content-encoding content-language content-length content-location content-range content-type cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate'.split(
    ' ',
  );
/** Values of the static table, by index. */
const VALUES: Readonly<Record<number, string>> = {
  2: 'GET',
  3: 'POST',
  4: '/',
  5: '/index.html',
  6: 'http',
  7: 'https',
  8: '200',
  9: '204',
  10: '206',
  11: '304',
  12: '400',
  13: '404',
  14: '500',
  16: 'gzip, deflate',
};

/** A header block that refers to no table, so that it may be sent again and again. Names and values under 127 bytes. */
export function encodeHeaders(headers: Headers): Buffer {
  const parts = Object.entries(headers).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]);
  return Buffer.concat(parts);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length >= 127) throw new RangeError(`header of ${bytes.length} bytes`);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/**
 * The headers of a block whose sender keeps no dynamic table (SETTINGS_HEADER_TABLE_SIZE 0).
 * @throws RangeError when it is unreadable
 */
export function decodeHeaders(block: Buffer): Headers {
  const headers: Record<string, string> = {};
  let at = 0;
  const byte = (): number => {
    const value = block[at++];
    if (value === undefined) throw new RangeError('truncated header block');
    return value;
  };
  /** An integer whose first bits stand in `first`, below a prefix. */
  const integer = (first: number, mask: number): number => {
    let value = first & mask;
    if (value < mask) return value;
    for (let factor = 1; ; factor *= 128) {
      const next = byte();
      value += (next & 0x7f) * factor;
      if (next < 0x80) return value;
      if (factor > 2 ** 28) throw new RangeError('header integer out of range');
    }
  };
  const string = (): string => {
    const first = byte();
    const length = integer(first, 0x7f);
    const bytes = block.subarray(at, at + length);
    if (bytes.length < length) throw new RangeError('truncated header block');
    at += length;
    return first & 0x80 ? decodeHuffman(bytes) : bytes.toString('latin1');
  };
  const known = (index: number): string => {
    const name = NAMES[index - 1];
    if (name === undefined) throw new RangeError(`header index ${index}`);
    return name;
  };
  while (at < block.length) {
    const first = byte();
    if (first & 0x80) {
      const index = integer(first, 0x7f);
      headers[known(index)] = VALUES[index] ?? '';
    } else if ((first & 0xe0) === 0x20) {
      integer(first, 0x1f); // the table's size
    } else {
      const index = integer(first, first & 0x40 ? 0x3f : 0x0f);
      const name = index === 0 ? string() : known(index);
      headers[name] = string();
    }
  }
  return headers;
}

const KNOWN_BLOCKS = 64;

/** Remembers the blocks that it has seen: a server's are nearly always the same. */
export class HeaderReader {
  readonly #known = new Map<string, Headers>();

  /** @throws RangeError when the block is unreadable */
  read(block: Buffer): Headers {
    const key = block.toString('latin1');
    let headers = this.#known.get(key);
    if (!headers) {
      headers = decodeHeaders(block);
      if (this.#known.size >= KNOWN_BLOCKS) this.#known.clear();
      this.#known.set(key, headers);
    }
    return headers;
  }
}
