import { alignCells } from '../output/tab-writer.ts';

/** The text of a description: lines of cells, indented by level, columns lined up as kubectl's. */
export class Lines {
  readonly #lines: string[][] = [];

  /** A line; two spaces of indent a level. */
  add(level: number, ...cells: readonly string[]): this {
    const [first = '', ...rest] = cells;
    this.#lines.push([`${'  '.repeat(level)}${first}`, ...rest]);
    return this;
  }

  /** `Labels:  a=b`, further entries below the first; `<none>` without any. */
  addList(level: number, title: string, entries: readonly string[]): this {
    if (entries.length === 0) return this.add(level, title, '<none>');
    entries.forEach((entry, at) => {
      if (at === 0) this.add(level, title, entry);
      else this.add(level, '', entry);
    });
    return this;
  }

  toString(): string {
    return alignCells(this.#lines, { minWidth: 0, padding: 2 });
  }
}
