import { fieldNotSupported, type Kind, type KubeObject, newInvalid, path, renderTable } from '@coxswain/api';
import type { CacheEntry } from '../cache/resource-cache.ts';
import type { Revision } from '../registry/object-store.ts';
import type { ResponseForm } from '../server/negotiate.ts';
import { type Answer, jsonAnswer } from '../server/request-context.ts';
import type { HandlerDependencies } from './dependencies.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** The includeObject parameter of Table requests. */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject') || 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw newInvalid({ group: 'meta.k8s.io', kind: 'TableOptions' }, '', [
    fieldNotSupported(path('includeObject'), value, ['Metadata', 'None', 'Object']),
  ]);
}

/** One object in the form that the client accepts. */
export function objectAnswer(
  { clock }: Pick<HandlerDependencies, 'clock'>,
  form: ResponseForm,
  code: number,
  kind: Kind,
  saved: Pick<Revision, 'object' | 'bytes'>,
  query: URLSearchParams,
): Answer {
  const { contentType } = form;
  switch (form.as) {
    case 'object':
      // The object itself is not looked at: it may not be parsed yet.
      return { type: 'body', code, contentType, body: saved.bytes };
    case 'table': {
      const { object } = saved;
      const table = renderTable(kind, [object], { now: clock.now(), includeObject: includeObjectOf(query) });
      const { resourceVersion = '' } = object.metadata;
      return jsonAnswer(code, { ...table, metadata: { resourceVersion } }, {}, contentType);
    }
    case 'partial-metadata':
      return jsonAnswer(code, partialMetadata(saved.object), {}, contentType);
    default:
      return form.as satisfies never;
  }
}

export function partialMetadata({ metadata }: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

const views = new WeakMap<CacheEntry, Map<string, { object: KubeObject; bytes: Buffer }>>();

/** A cache entry as `kind` shows it: as it is, or converted (once) where the kind is a view of another. */
export function viewOf(kind: Kind, entry: CacheEntry): { readonly object: KubeObject; readonly bytes: Buffer } {
  if (!kind.storedAs) return entry as { object: KubeObject; bytes: Buffer };
  const known = views.get(entry)?.get(kind.apiVersion);
  if (known) return known;
  const object = kind.storedAs.fromStored(entry.object as KubeObject);
  const view = { object, bytes: Buffer.from(JSON.stringify(object)) };
  const all = views.get(entry) ?? new Map();
  views.set(entry, all.set(kind.apiVersion, view));
  return view;
}
