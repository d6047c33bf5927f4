import { type Kind, renderTable } from '@coxswain/api';
import type { Revision } from '../registry/object-store.ts';
import type { ResponseForm } from '../server/negotiate.ts';
import { type Answer, jsonAnswer } from '../server/request-context.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { partialMetadata } from './partial-metadata.ts';
import { tableOptions } from './table.ts';

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
      const table = renderTable(kind, [object], tableOptions(query, clock.now()));
      const { resourceVersion = '' } = object.metadata;
      return jsonAnswer(code, { ...table, metadata: { resourceVersion } }, {}, contentType);
    }
    case 'partial-metadata':
      return jsonAnswer(code, partialMetadata(saved.object), {}, contentType);
    default:
      return form.as satisfies never;
  }
}
