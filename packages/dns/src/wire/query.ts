import * as dnsPacket from 'dns-packet';

/** A query that can be answered. */
export interface Query {
  readonly id: number;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** As asked, letter case and all. */
  readonly name: string;
  readonly type: string;
  /** The question's bytes, which the answer repeats. */
  readonly question: Buffer;
  /** What the client says of itself by EDNS; undefined when it doesn't. */
  readonly edns: { readonly version: number; readonly udpSize: number; readonly dnssec: boolean } | undefined;
}

/** `drop` is for what is no query at all: answering it would help those who forge packets. */
export type DecodedQuery =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'refuse'; readonly rcode: Rcode; readonly id: number; readonly question: Buffer }
  | { readonly kind: 'drop' };

export const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;
export type Rcode = keyof typeof RCODES;

const HEADER = 12;
const NO_QUESTION: Buffer = Buffer.alloc(0);

/** Never throws, whatever the bytes. */
export function decodeQuery(message: Buffer): DecodedQuery {
  if (message.length < HEADER || (message[2] as number) & 0x80) return { kind: 'drop' };
  const id = message.readUInt16BE(0);
  const refuse = (rcode: Rcode, question = NO_QUESTION): DecodedQuery => ({ kind: 'refuse', rcode, id, question });
  if (((message[2] as number) >> 3) & 0xf) return refuse('NOTIMP');
  if (message.readUInt16BE(4) !== 1) return refuse('FORMERR');
  const end = endOfQuestion(message);
  if (end === undefined) return refuse('FORMERR');
  try {
    const packet = dnsPacket.decode(message);
    const question = message.subarray(HEADER, end);
    const [asked] = packet.questions ?? [];
    if (!asked) return refuse('FORMERR');
    const opts = (packet.additionals ?? []).filter((record) => record.type === 'OPT');
    if (opts.length > 1) return refuse('FORMERR', question);
    if ((asked.class as string) !== 'IN') return refuse('REFUSED', question);
    const [opt] = opts;
    return {
      kind: 'query',
      query: {
        id,
        recursionDesired: packet.flag_rd,
        checkingDisabled: packet.flag_cd,
        name: asked.name === '.' ? '' : asked.name,
        type: asked.type,
        question,
        edns: opt && { version: opt.ednsVersion, udpSize: opt.udpPayloadSize, dnssec: opt.flag_do },
      },
    };
  } catch {
    return refuse('FORMERR');
  }
}

/** Where the first question ends; undefined when its name is compressed, has a dot inside a label, or runs out. */
function endOfQuestion(message: Buffer): number | undefined {
  let offset = HEADER;
  for (;;) {
    const length = message[offset];
    if (length === undefined || length > 63) return undefined;
    if (length === 0) break;
    const dot = message.indexOf(0x2e, offset + 1);
    if (dot !== -1 && dot <= offset + length) return undefined;
    offset += 1 + length;
  }
  return offset + 5 <= message.length ? offset + 5 : undefined;
}
