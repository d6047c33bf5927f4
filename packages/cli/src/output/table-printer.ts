import type { TableColumnDefinition } from '@coxswain/api';
import { alignCells } from './tab-writer.ts';

/** A meta/v1 Table as a server sends it. */
export interface ServerTable {
  readonly kind: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly columnDefinitions: readonly TableColumnDefinition[];
  readonly rows: readonly {
    readonly cells: readonly unknown[];
    readonly object?: { readonly metadata?: RowMetadata } | null;
  }[];
}

export interface RowMetadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface TablePrinterOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  /** `pod` or `deployment.apps` before each name, where several kinds are printed. */
  readonly kindPrefix?: string | undefined;
}

const TABS = { minWidth: 6, padding: 3 };

/** Prints a kind's tables as kubectl does; rows of later calls line up with those before. */
export class TablePrinter {
  readonly #options: TablePrinterOptions;
  readonly #widths: number[] = [];
  #columns: readonly TableColumnDefinition[] = [];
  #headed = false;

  constructor(options: TablePrinterOptions) {
    this.#options = options;
  }

  print(table: ServerTable): string {
    const { wide, noHeaders, kindPrefix } = this.#options;
    // Only the first table of a watch tells the columns.
    if (table.columnDefinitions?.length) this.#columns = table.columnDefinitions;
    const shown = this.#columns.flatMap(({ priority }, at) => (wide || !priority ? [at] : []));
    const lines: string[][] = [];
    if (!this.#headed && !noHeaders && table.rows.length > 0)
      lines.push(
        this.#decorate(
          shown.map((at) => this.#columns[at]!.name.toUpperCase()),
          undefined,
        ),
      );
    this.#headed ||= table.rows.length > 0;
    for (const { cells, object } of table.rows) {
      const texts = shown.map((at) => {
        const text = cellText(cells[at]);
        return kindPrefix !== undefined && this.#columns[at]!.format === 'name' ? `${kindPrefix}/${text}` : text;
      });
      lines.push(this.#decorate(texts, object?.metadata ?? {}));
    }
    return alignCells(lines, TABS, this.#widths);
  }

  /** With the columns that the options ask for; `row` is undefined for the header. */
  #decorate(cells: readonly string[], row: RowMetadata | undefined): string[] {
    const { withNamespace, showLabels, labelColumns } = this.#options;
    return [
      ...(withNamespace ? [row ? (row.namespace ?? '') : 'NAMESPACE'] : []),
      ...cells,
      ...labelColumns.map((label) => (row ? (row.labels?.[label] ?? '') : label.split('/').at(-1)!.toUpperCase())),
      ...(showLabels ? [row ? labelsText(row.labels) : 'LABELS'] : []),
    ];
  }
}

/** `a=b,c=d` in alphabetical order, `<none>` without labels. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? '<none>' : pairs.map(([key, value]) => `${key}=${value}`).join(',');
}

/** One line, without control characters that would change the terminal. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const end = text.search(/[\n\r]/);
  const line = end < 0 ? text : `${text.slice(0, end)}...`;
  return line.replaceAll('\u001b', '^[');
}
