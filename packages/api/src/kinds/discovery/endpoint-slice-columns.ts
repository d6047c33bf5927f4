import { column } from '../../schema/column.ts';
import type { Column } from '../../schema/kind.ts';
import type { EndpointSlice } from './endpoint-slice.ts';

function shorten(items: readonly string[], none: string): string {
  if (items.length === 0) return none;
  return items.length > 3 ? `${items.slice(0, 3).join(',')} + ${items.length - 3} more...` : items.join(',');
}

export const endpointSliceColumns: readonly Column<EndpointSlice>[] = [
  column('AddressType', ({ addressType }) => addressType),
  column('Ports', ({ ports }) =>
    shorten(
      (ports ?? []).map(({ port }) => (port === undefined ? '*' : String(port))),
      '<unset>',
    ),
  ),
  column('Endpoints', ({ endpoints }) =>
    shorten(
      (endpoints ?? []).flatMap(({ addresses }) => addresses),
      '<unset>',
    ),
  ),
];
