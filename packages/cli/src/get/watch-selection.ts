import { statusFrom } from '@coxswain/api';
import { UsageError } from '@coxswain/foundation';
import type { OutputFormat } from '../output/output-format.ts';
import { type AnyObject, printObject, withoutManagedFields } from '../output/print-objects.ts';
import type { ServerTable } from '../output/table-printer.ts';
import { objectName, resourcePath } from '../resources/resource.ts';
import type { Selection } from '../resources/select-objects.ts';
import type { GetFlags } from './get-command.ts';
import { type Scope, TABLE_ACCEPT } from './requests.ts';
import { splitJsonLines } from './split-json-lines.ts';
import { TableGroups } from './table-groups.ts';

interface Event {
  readonly type: string;
  readonly object: ServerTable & AnyObject;
}

interface Page {
  readonly kind?: string;
  readonly metadata?: { readonly resourceVersion?: string };
  readonly items?: readonly AnyObject[];
}

/** Prints the list (unless only changes are wanted) and then every change until the server ends the watch. */
export async function watchSelection(
  selections: readonly Selection[],
  scope: Scope,
  flags: GetFlags,
  format: OutputFormat,
): Promise<number> {
  const [selection] = selections;
  if (!selection || selections.length > 1) throw new UsageError('you may only specify a single resource type to watch');
  const { session, context, namespace } = scope;
  const { client, timeoutMs } = session;
  const accept = format.kind === 'table' ? TABLE_ACCEPT : 'application/json';
  const groups = new TableGroups(selections, scope, flags, format.kind === 'table' && format.wide);
  const print = (object: ServerTable & AnyObject) => {
    if (format.kind === 'table') return context.out(groups.append(selection, object));
    if (format.kind === 'name')
      return context.out(`${objectName(selection.resource, String(object.metadata?.['name']))}\n`);
    const shown = flags['show-managed-fields'] ? object : withoutManagedFields(object);
    const text = printObject(shown, format);
    return context.out(format.kind === 'yaml' ? `---\n${text}` : text);
  };

  const path = resourcePath(selection.resource, namespace);
  const { name } = selection;
  const query = new URLSearchParams();
  if (scope.labelSelector !== '') query.set('labelSelector', scope.labelSelector);
  const fields = name === undefined ? scope.fieldSelector : `metadata.name=${name}`;
  if (fields !== '') query.set('fieldSelector', fields);
  const list = (await client.request('GET', `${path}?${query}`, { accept, signal: context.signal, timeoutMs })) as Page;
  if (!flags['watch-only']) {
    if (list.kind === 'Table') print(list as ServerTable & AnyObject);
    else for (const item of list.items ?? []) print(item as ServerTable & AnyObject);
  }

  query.set('watch', 'true');
  query.set('resourceVersion', list.metadata?.resourceVersion ?? '');
  const chunks = client.stream(`${path}?${query}`, { accept, signal: context.signal, timeoutMs, idleMs: 0 });
  for await (const event of splitJsonLines<Event>(chunks)) {
    if (event.type === 'ERROR') throw statusFrom(0, JSON.stringify(event.object));
    if (event.type !== 'BOOKMARK') print(event.object);
  }
  return 0;
}
