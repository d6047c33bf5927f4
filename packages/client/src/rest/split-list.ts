const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Depths inside `{` … `}` of the list, and inside `{"items":[` … `]`. */
const IN_LIST = 1;
const IN_ITEMS = 2;

/**
 * Takes the JSON of a list as it arrives and gives the bytes of each item as soon as they are whole, so that a long list
 * is never in memory as a text. Malformed JSON is found by whoever parses the items and the rest.
 */
export class ListSplitter {
  readonly #onItem: (bytes: Buffer) => void;
  readonly #rest: Buffer[] = [];
  /** The beginning of an item or of the rest, of chunks before. */
  #parts: Buffer[] = [];
  #depth = 0;
  #inItems = false;
  #inString = false;
  #escaped = false;
  /** The last string of the list itself, as far as it could be `items`. */
  #name = '';

  constructor(onItem: (bytes: Buffer) => void) {
    this.#onItem = onItem;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        else if (this.#depth === IN_LIST && this.#name.length < 6) this.#name += String.fromCharCode(byte);
        continue;
      }
      switch (byte) {
        case QUOTE:
          this.#inString = true;
          if (this.#depth === IN_LIST) this.#name = '';
          break;
        case OPEN_BRACE:
          if (this.#inItems && this.#depth === IN_ITEMS) start = i;
          this.#depth++;
          break;
        case OPEN_BRACKET:
          if (this.#depth === IN_LIST && this.#name === 'items') {
            this.#inItems = true;
            this.#rest.push(this.#take(chunk.subarray(start, i + 1)));
          }
          this.#depth++;
          break;
        case CLOSE_BRACE:
          this.#depth--;
          if (this.#inItems && this.#depth === IN_ITEMS) {
            this.#onItem(this.#take(chunk.subarray(start, i + 1)));
            start = i + 1;
          }
          break;
        case CLOSE_BRACKET:
          this.#depth--;
          if (this.#inItems && this.#depth === IN_LIST) {
            this.#inItems = false;
            start = i;
          }
          break;
      }
    }
    const between = this.#inItems && this.#depth === IN_ITEMS;
    if (!between) this.#parts.push(chunk.subarray(start));
  }

  /** The list without its items. */
  end(): Buffer {
    return Buffer.concat([...this.#rest, ...this.#parts]);
  }

  #take(last: Buffer): Buffer {
    if (this.#parts.length === 0) return last;
    const whole = Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    return whole;
  }
}
