import { formatAge, steadily } from './durations.ts';
import type { Column, Kind, KubeObject, ObjectMetaShape } from './kind.ts';

export interface TableColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface TableRow {
  readonly cells: readonly (string | number | boolean | null)[];
  readonly object: unknown;
}

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly columnDefinitions: readonly TableColumnDefinition[];
  readonly rows: readonly TableRow[];
}

export interface TableOptions {
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
  /** What a row carries beside its cells: `Metadata` (PartialObjectMetadata) unless given. */
  readonly includeObject?: 'None' | 'Metadata' | 'Object';
}

const NAME: TableColumnDefinition = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
};
const AGE: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  wide: false,
  value: ({ metadata }, now) => formatAge(metadata.creationTimestamp, now),
};

/** Name, the kind's own columns and Age (before the wide ones), as upstream's printers order them. */
function columnsOf<T extends KubeObject>(kind: Kind<T>): readonly Column<T>[] {
  const own = kind.columns ?? [];
  if (kind.hasAgeColumn === false || own.some(({ name }) => ['Age', 'Last Seen', 'Created At'].includes(name)))
    return own;
  return [...own.filter(({ wide }) => !wide), AGE as Column<T>, ...own.filter(({ wide }) => wide)];
}

export function tableColumns<T extends KubeObject>(kind: Kind<T>): TableColumnDefinition[] {
  const definitions = columnsOf(kind).map(({ name, type, wide, description }) => ({
    name,
    type,
    format: '',
    description: description ?? name,
    priority: wide ? 1 : 0,
  }));
  return kind.columns?.some(({ name }) => name === 'Last Seen') ? definitions : [NAME, ...definitions];
}

type Cells = TableRow['cells'];

type CellReader<T> = (object: T, now: number) => Cells;

const cellReaders = new WeakMap<object, CellReader<never>>();

/** Gives the cells of an object's row, in the order of `tableColumns`; `now` is milliseconds since the epoch. */
export function tableCells<T extends KubeObject>(kind: Kind<T>): CellReader<T> {
  const known = cellReaders.get(kind) as CellReader<T> | undefined;
  if (known) return known;
  const columns = columnsOf(kind);
  const named = !kind.columns?.some(({ name }) => name === 'Last Seen');
  const read = (object: T, now: number) => {
    const cells = columns.map(({ value }) => value(object, now) ?? null);
    if (named) cells.unshift(kind.nameCell?.(object) ?? object.metadata.name);
    return cells;
  };
  cellReaders.set(kind, read);
  return read;
}

/** A row's cells, and for how many milliseconds the object's cells stay the same. */
export function steadyTableCells<T extends KubeObject>(
  kind: Kind<T>,
  object: T,
  now: number,
): { readonly cells: Cells; readonly steadyMs: number } {
  const { value: cells, steadyMs } = steadily(() => tableCells(kind)(object, now));
  return { cells, steadyMs };
}

export function tableRow<T extends KubeObject>(kind: Kind<T>, object: T, options: TableOptions): TableRow {
  const cells = tableCells(kind)(object, options.now);
  return { cells, object: rowObject(object, options.includeObject ?? 'Metadata') };
}

function rowObject(object: KubeObject, include: NonNullable<TableOptions['includeObject']>): unknown {
  switch (include) {
    case 'None':
      return null;
    case 'Object':
      return object;
    case 'Metadata':
      return {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: object.metadata as ObjectMetaShape,
      };
    default:
      return include satisfies never;
  }
}

export function renderTable<T extends KubeObject>(kind: Kind<T>, objects: readonly T[], options: TableOptions): Table {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: tableColumns(kind),
    rows: objects.map((object) => tableRow(kind, object, options)),
  };
}
