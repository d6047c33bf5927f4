import { type Kind, protobufBody, renderTable, type Status } from '@coxswain/api';
import { messageOf, metadataMessage } from '../protobuf/protobuf-view.ts';
import { protobufStatus } from '../protobuf/protobuf-watch-encoding.ts';
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
  if (form.protobuf) return protobufAnswer(form, code, kind, saved);
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

function protobufAnswer(
  { as, contentType }: ResponseForm,
  code: number,
  kind: Kind,
  saved: Pick<Revision, 'object' | 'bytes'>,
): Answer {
  const body =
    as === 'partial-metadata'
      ? protobufBody('meta.k8s.io/v1', 'PartialObjectMetadata', metadataMessage(saved.object))
      : protobufBody(kind.apiVersion, kind.kind, messageOf(kind, saved));
  return { type: 'body', code, contentType, body };
}

/** A Status in the form that the client accepts. */
export function statusAnswer({ protobuf, contentType }: ResponseForm, code: number, status: Status): Answer {
  if (!protobuf) return jsonAnswer(code, status, {}, contentType);
  return { type: 'body', code, contentType, body: protobufStatus(status) };
}
