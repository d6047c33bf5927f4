/** An answer in pieces; those of a list are buffers of the cache. */
export interface Chunks {
  readonly chunks: readonly Buffer[];
  readonly length: number;
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}\n');

/** The JSON of `head` with one more member, a list of items; an item may come in several pieces. */
export function joinedList(head: object, member: string, items: Iterable<readonly Buffer[]>): Chunks {
  const first = Buffer.from(`${JSON.stringify(head).slice(0, -1)},${JSON.stringify(member)}:[`);
  const chunks: Buffer[] = [first];
  let length = first.length + END.length;
  for (const item of items) {
    if (chunks.length > 1) {
      chunks.push(COMMA);
      length += COMMA.length;
    }
    for (const piece of item) {
      chunks.push(piece);
      length += piece.length;
    }
  }
  chunks.push(END);
  return { chunks, length };
}
