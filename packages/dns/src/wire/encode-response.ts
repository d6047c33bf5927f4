import { toType } from 'dns-packet/types.js';
import { writeData, writeName } from './codecs.ts';
import { type Query, RCODES, type Rcode } from './query.ts';

/** A record as it goes on the wire: ours and those that other servers answered. */
export interface WireRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: unknown;
}

export interface Response {
  readonly rcode: Rcode;
  /** Whether it speaks for the zone. */
  readonly authoritative: boolean;
  /**
   * The same query is answered with the same records until the cluster's objects change: one, or addresses of one name
   * in any order.
   */
  readonly lasting?: boolean;
  readonly answers?: readonly WireRecord[];
  readonly authorities?: readonly WireRecord[];
  readonly additionals?: readonly WireRecord[];
}

/** What a datagram may hold: larger ones are cut in pieces on the way, and the pieces get lost (RFC 9715). */
export const MAX_UDP_SIZE = 1232;
export const MAX_TCP_SIZE = 65_535;
const CLASSIC_UDP_SIZE = 512;
const OPT_SIZE = 11;
const QUESTION_NAME = 0xc00c;
const IN = 1;

const scratch = Buffer.alloc(MAX_TCP_SIZE + 4096);

/** The bytes of a response; over UDP, records that don't fit are left out and the client is told by the TC flag. */
export function encodeResponse(query: Query, response: Response, transport: 'udp' | 'tcp'): Buffer {
  const { edns } = query;
  const size = Math.min(MAX_UDP_SIZE, Math.max(CLASSIC_UDP_SIZE, edns?.udpSize ?? 0));
  const limit = (transport === 'tcp' ? MAX_TCP_SIZE : size) - (edns ? OPT_SIZE : 0);
  const rcode = RCODES[response.rcode];
  const writer = new SectionWriter(query, limit);
  const answers = writer.write(response.answers ?? []);
  const authorities = answers.cut ? NONE : writer.write(response.authorities ?? []);
  const truncated = answers.cut || authorities.cut;
  // Additional records are a courtesy: what doesn't fit goes without a word.
  const additionals = truncated ? NONE : writer.write(response.additionals ?? []);
  const end = edns ? writeOpt(writer.offset, rcode, edns.dnssec) : writer.offset;

  const flags =
    0x8000 |
    (response.authoritative ? 0x0400 : 0) |
    (truncated ? 0x0200 : 0) |
    (query.recursionDesired ? 0x0100 : 0) |
    0x0080 |
    (query.checkingDisabled ? 0x0010 : 0) |
    (rcode & 0xf);
  writeHeader(query.id, flags, [1, answers.count, authorities.count, additionals.count + (edns ? 1 : 0)]);
  return Buffer.from(scratch.subarray(0, end));
}

/** A response to what could not be read as a query. */
export function encodeRefusal(id: number, rcode: Rcode, question: Buffer): Buffer {
  const message = Buffer.alloc(12 + question.length);
  message.writeUInt16BE(id, 0);
  message.writeUInt16BE(0x8080 | (RCODES[rcode] & 0xf), 2);
  message.writeUInt16BE(question.length > 0 ? 1 : 0, 4);
  question.copy(message, 12);
  return message;
}

interface Section {
  readonly count: number;
  /** Whether records were left out. */
  readonly cut: boolean;
}

const NONE: Section = { count: 0, cut: false };

/** Writes records one after another; a name that was written before becomes a pointer to it (RFC 1035, 4.1.4). */
class SectionWriter {
  offset: number;
  readonly #limit: number;
  readonly #names = new Map<string, number>();

  constructor({ question, name }: Query, limit: number) {
    question.copy(scratch, 12);
    this.offset = 12 + question.length;
    this.#limit = limit;
    this.#names.set(name, QUESTION_NAME);
  }

  write(records: readonly WireRecord[]): Section {
    let count = 0;
    for (const record of records) {
      const end = this.#writeRecord(record);
      if (end > this.#limit) return { count, cut: true };
      this.offset = end;
      count += 1;
    }
    return { count, cut: false };
  }

  /** The offset after it. Data that may not fit into the scratch space throws RangeError. */
  #writeRecord({ name, type, ttl, data }: WireRecord): number {
    let at = this.offset;
    const pointer = this.#names.get(name);
    if (pointer !== undefined) {
      scratch.writeUInt16BE(pointer, at);
      at += 2;
    } else {
      if (at < 0x3fff) this.#names.set(name, 0xc000 | at);
      at += writeName(name, scratch, at);
    }
    scratch.writeUInt16BE(toType(type), at);
    scratch.writeUInt16BE(IN, at + 2);
    scratch.writeUInt32BE(ttl, at + 4);
    return at + 8 + writeData(type, data, scratch, at + 8);
  }
}

function writeOpt(offset: number, rcode: number, dnssec: boolean): number {
  scratch[offset] = 0;
  scratch.writeUInt16BE(41, offset + 1);
  scratch.writeUInt16BE(MAX_UDP_SIZE, offset + 3);
  scratch[offset + 5] = rcode >> 4;
  scratch[offset + 6] = 0;
  scratch.writeUInt16BE(dnssec ? 0x8000 : 0, offset + 7);
  scratch.writeUInt16BE(0, offset + 9);
  return offset + OPT_SIZE;
}

function writeHeader(id: number, flags: number, counts: readonly number[]): void {
  scratch.writeUInt16BE(id, 0);
  scratch.writeUInt16BE(flags, 2);
  counts.forEach((count, index) => {
    scratch.writeUInt16BE(count, 4 + 2 * index);
  });
}
