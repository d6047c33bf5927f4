export interface TabOptions {
  /** Least width of a column with its padding. */
  readonly minWidth: number;
  readonly padding: number;
}

/**
 * Lays out lines of cells as Go's text/tabwriter does: a column is a block of consecutive lines that have a cell there
 * and another one behind it; a line's last cell belongs to no column. `remembered` carries widths from one call to the
 * next, for output that grows.
 */
export function alignCells(lines: readonly (readonly string[])[], options: TabOptions, remembered?: number[]): string {
  const out: string[] = [];
  const widths: number[] = [];

  function write(from: number, to: number): void {
    for (const line of lines.slice(from, to))
      out.push(
        line.map((cell, at) => (at < widths.length ? cell.padEnd(padTo(cell, widths[at] as number)) : cell)).join(''),
      );
  }

  function format(start: number, end: number): void {
    const column = widths.length;
    const has = (at: number) => at < end && column < (lines[at] as readonly string[]).length - 1;
    let from = start;
    for (let at = start; at < end; at++) {
      if (!has(at)) continue;
      write(from, at);
      from = at;
      let width = Math.max(options.minWidth, remembered?.[column] ?? 0);
      for (; has(at); at++) width = Math.max(width, length(lines[at]?.[column] as string) + options.padding);
      if (remembered) remembered[column] = width;
      widths.push(width);
      format(from, at);
      widths.pop();
      from = at;
    }
    write(from, end);
  }

  format(0, lines.length);
  return out.map((line) => `${line}\n`).join('');
}

/** Characters, not UTF-16 units. */
function length(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function padTo(cell: string, width: number): number {
  return width + cell.length - length(cell);
}
