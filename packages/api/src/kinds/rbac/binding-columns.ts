import { column, wideColumn } from '../../schema/column.ts';
import type { Column } from '../../schema/kind.ts';
import type { RoleRef, Subject } from './rules.ts';

interface Binding {
  readonly roleRef: RoleRef;
  readonly subjects?: Subject[] | undefined;
}

/** Role, and in the wide form who gets it. */
export function bindingColumns<T extends Binding>(): Column<T>[] {
  return [
    column('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
    wideColumn('Users', (binding) => names(binding, 'User')),
    wideColumn('Groups', (binding) => names(binding, 'Group')),
    wideColumn('ServiceAccounts', (binding) => names(binding, 'ServiceAccount')),
  ];
}

function names({ subjects = [] }: Binding, kind: string): string {
  return subjects
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace}/${name}` : name))
    .join(', ');
}
