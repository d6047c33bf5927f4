export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The sizes of the client's terminal as they come; of those that nobody took yet only the last counts. */
export class TerminalSizes {
  #last: TerminalSize | undefined;
  #listener: ((size: TerminalSize) => void) | undefined;

  /** `{"Width":80,"Height":24}`, perhaps several in a row; what isn't that is passed over. */
  feed(text: string): void {
    for (const part of text.split(/(?<=\})/)) {
      try {
        const { Width, Height } = JSON.parse(part) as { Width?: unknown; Height?: unknown };
        if (isSize(Width) && isSize(Height)) this.push({ width: Width, height: Height });
      } catch {
        // Half a message or nonsense: the next size tells all.
      }
    }
  }

  push(size: TerminalSize): void {
    this.#last = size;
    this.#listener?.(size);
  }

  /** One listener; it hears the last size at once if there was one. */
  listen(listener: (size: TerminalSize) => void): void {
    this.#listener = listener;
    if (this.#last) listener(this.#last);
  }
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 0xffff;
}
