import { type ServerTable, TablePrinter } from '../output/table-printer.ts';
import { objectName } from '../resources/resource.ts';
import type { Selection } from '../resources/select-objects.ts';
import type { GetFlags } from './get-command.ts';
import type { Scope } from './requests.ts';

/** Tables of one resource under one header; an empty line between resources. */
export class TableGroups {
  readonly #printers = new Map<string, { readonly printer: TablePrinter; readonly tables: ServerTable[] }>();
  readonly #printerOf: (selection: Selection) => TablePrinter;

  constructor(selections: readonly Selection[], scope: Scope, flags: GetFlags, wide: boolean) {
    const kinds = new Set(selections.map(({ resource }) => `${resource.plural}.${resource.group}`));
    const prefixed = kinds.size > 1 || flags['show-kind'];
    this.#printerOf = ({ resource }) =>
      new TablePrinter({
        wide,
        noHeaders: flags['no-headers'],
        withNamespace: scope.namespace === undefined && resource.namespaced,
        showLabels: flags['show-labels'],
        labelColumns: flags['label-columns'],
        kindPrefix: prefixed ? objectName(resource, '').slice(0, -1) : undefined,
      });
  }

  add(selection: Selection, table: ServerTable): void {
    const id = `${selection.resource.plural}.${selection.resource.group}`;
    let group = this.#printers.get(id);
    if (!group) {
      group = { printer: this.#printerOf(selection), tables: [] };
      this.#printers.set(id, group);
    }
    group.tables.push(table);
  }

  /** All of it; '' when there are no rows. */
  text(): string {
    const texts = [...this.#printers.values()].map(({ printer, tables: [first, ...more] }) => {
      const rows = [first, ...more].flatMap((table) => table?.rows ?? []);
      return first && rows.length > 0 ? printer.print({ ...first, rows }) : '';
    });
    return texts.filter((text) => text !== '').join('\n');
  }

  /** Rows that came later, as in a watch; lines up with what was printed of the same resource. */
  append(selection: Selection, table: ServerTable): string {
    const id = `${selection.resource.plural}.${selection.resource.group}`;
    const group = this.#printers.get(id) ?? { printer: this.#printerOf(selection), tables: [] };
    this.#printers.set(id, group);
    return group.printer.print(table);
  }
}
