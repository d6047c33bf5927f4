/** How many answers are remembered, and the longest query that is. */
const CAPACITY = 10_000;
const MAX_QUERY = 256;

export interface Remembered {
  readonly bytes: Buffer;
  readonly type: string;
  readonly rcode: string;
}

/**
 * The bytes of answers by the bytes of their queries, which differ only in their number: most queries of a cluster were
 * asked before. Holds only what is so until the cluster's objects change; whoever changes them calls `clear`.
 */
export class AnswerMemory {
  readonly #answers = new Map<string, Remembered>();

  /** A new buffer for this query; undefined when it is not known. */
  recall(query: Buffer): Remembered | undefined {
    if (query.length > MAX_QUERY) return undefined;
    const known = this.#answers.get(keyOf(query));
    if (!known) return undefined;
    const bytes = Buffer.from(known.bytes);
    bytes[0] = query[0] as number;
    bytes[1] = query[1] as number;
    return { ...known, bytes };
  }

  remember(query: Buffer, answer: Remembered): void {
    if (query.length > MAX_QUERY) return;
    // Whoever asks for ever other names costs no more than one who asks none again.
    if (this.#answers.size >= CAPACITY) this.#answers.clear();
    this.#answers.set(keyOf(query), answer);
  }

  clear(): void {
    this.#answers.clear();
  }
}

function keyOf(query: Buffer): string {
  return query.toString('latin1', 2);
}
