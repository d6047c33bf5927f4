import type { Context, Session } from '../context.ts';
import type { AnyObject } from '../output/print-objects.ts';
import type { ServerTable } from '../output/table-printer.ts';
import { type ApiResource, apiVersion, resourcePath } from '../resources/resource.ts';
import type { Selection } from '../resources/select-objects.ts';

/** Which objects of a resource are asked for. */
export interface Scope {
  readonly session: Session;
  readonly context: Context;
  /** Undefined for all namespaces. */
  readonly namespace: string | undefined;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** Objects a request; 0 for all at once. */
  readonly chunkSize: number;
}

export const TABLE_ACCEPT =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

/** The server's table of a selection, its pages joined. */
export async function getTable(selection: Selection, scope: Scope): Promise<ServerTable> {
  const pages = (await pagesOf(selection, scope, TABLE_ACCEPT)) as (ServerTable | WireList | AnyObject)[];
  const tables = pages.map(asTable);
  const [first] = tables as [ServerTable];
  return tables.length === 1 ? first : { ...first, rows: tables.flatMap(({ rows }) => rows) };
}

/** The objects of a selection, with apiVersion and kind. */
export async function getObjects(selection: Selection, scope: Scope): Promise<AnyObject[]> {
  const pages = await pagesOf(selection, scope, 'application/json');
  if (selection.name !== undefined) return pages as AnyObject[];
  return (pages as WireList[]).flatMap(({ items }) => (items ?? []).map((item) => withType(item, selection.resource)));
}

interface WireList {
  readonly kind?: string;
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly AnyObject[] | null;
}

async function pagesOf({ resource, name }: Selection, scope: Scope, accept: string): Promise<unknown[]> {
  const { session, context, namespace, labelSelector, fieldSelector, chunkSize } = scope;
  const path = resourcePath(resource, namespace, name);
  const options = { accept, signal: context.signal, timeoutMs: session.timeoutMs };
  if (name !== undefined) return [await session.client.request('GET', path, options)];
  const pages: unknown[] = [];
  let next: string | undefined;
  do {
    const query = {
      labelSelector: labelSelector || undefined,
      fieldSelector: fieldSelector || undefined,
      limit: chunkSize > 0 ? String(chunkSize) : undefined,
      continue: next,
    };
    const page = (await session.client.request('GET', path, { ...options, query })) as WireList;
    pages.push(page);
    next = page.metadata?.continue || undefined;
  } while (next !== undefined);
  return pages;
}

/** A server that knows no tables answers with the objects: their names and ages remain. */
function asTable(page: ServerTable | WireList | AnyObject): ServerTable {
  if (page.kind === 'Table') return page as ServerTable;
  const { items } = page as WireList;
  const objects = items === undefined ? [page as AnyObject] : (items ?? []);
  const column = (name: string, format = '') => ({ name, type: 'string', format, description: name, priority: 0 });
  return {
    kind: 'Table',
    columnDefinitions: [column('Name', 'name'), column('Created At')],
    rows: objects.map((object) => ({
      cells: [object.metadata?.['name'], object.metadata?.['creationTimestamp']],
      object: object as never,
    })),
  };
}

function withType(object: AnyObject, resource: ApiResource): AnyObject {
  return { apiVersion: apiVersion(resource), kind: resource.kind, ...object };
}
