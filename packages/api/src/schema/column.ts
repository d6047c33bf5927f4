import type { Column } from './kind.ts';

type CellType = Column<never>['type'];

/** A column of `kubectl get`. */
export function column<T>(name: string, value: Column<T>['value'], type: CellType = 'string'): Column<T> {
  return { name, type, wide: false, value };
}

/** A column of `kubectl get -o wide` only. */
export function wideColumn<T>(name: string, value: Column<T>['value'], type: CellType = 'string'): Column<T> {
  return { name, type, wide: true, value };
}
