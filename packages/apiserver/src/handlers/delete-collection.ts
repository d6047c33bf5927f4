import { isNotFound } from '@coxswain/api';
import { protobufList } from '../protobuf/protobuf-list.ts';
import { messageOf } from '../protobuf/protobuf-view.ts';
import type { Revision } from '../registry/object-store.ts';
import { negotiateResponse } from '../server/negotiate.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { deleteObject } from './delete.ts';
import { deletionOptions } from './deletion-options.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { joinedList } from './joined-list.ts';
import { readPage } from './list.ts';

const PARALLEL = 8;

/** DELETE of a collection: everything that the selectors choose, each by the rules of a single deletion. */
export async function handleDeleteCollection(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Answer> {
  const { kind } = request;
  const { user, query, signal } = context;
  const form = negotiateResponse(context.headers.accept);
  const options = deletionOptions(context);
  const dryRun = options.dryRun || query.getAll('dryRun').includes('All');
  const page = await readPage(dependencies, context, request);
  const pending = page.entries.values();
  const deleted: Revision[] = [];
  const work = async () => {
    for (const { namespace, name } of pending) {
      try {
        const place = { namespace, name };
        const { saved } = await deleteObject(dependencies, user, kind, place, { ...options, dryRun }, signal);
        deleted.push(saved);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  const head = {
    kind: `${kind.kind}List`,
    apiVersion: kind.apiVersion,
    metadata: { resourceVersion: String(page.revision) },
  };
  const list = form.protobuf
    ? protobufList(
        head,
        deleted.map((saved) => messageOf(kind, saved)),
      )
    : joinedList(
        head,
        'items',
        deleted.map(({ bytes }) => [bytes]),
      );
  return { type: 'stream', code: 200, contentType: form.contentType, ...list };
}
