import { isNotFound } from '@coxswain/api';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { deleteObject } from './delete.ts';
import { deletionOptions } from './deletion-options.ts';
import type { HandlerDependencies } from './dependencies.ts';
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
  const options = deletionOptions(context);
  const dryRun = options.dryRun || query.getAll('dryRun').includes('All');
  const page = await readPage(dependencies, context, request);
  const pending = page.entries.values();
  const deleted: Buffer[] = [];
  const work = async () => {
    for (const { namespace, name } of pending) {
      try {
        const place = { namespace, name };
        const { saved } = await deleteObject(dependencies, user, kind, place, { ...options, dryRun }, signal);
        deleted.push(saved.bytes);
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
  const items = deleted.flatMap((bytes, i) => (i === 0 ? [bytes] : [Buffer.from(','), bytes]));
  const chunks = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`), ...items, Buffer.from(']}\n')];
  return { type: 'stream', code: 200, contentType: 'application/json', chunks };
}
