import {
  type DeleteOptions,
  decodeObject,
  type Eviction,
  evictionKind,
  type Kind,
  newBadRequest,
  success,
} from '@coxswain/api';
import { deleteObject } from '../handlers/delete.ts';
import { checkDeletionOptions } from '../handlers/deletion-options.ts';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { writeOptions } from '../handlers/write-options.ts';
import { negotiateBody } from '../server/negotiate.ts';
import { type Answer, jsonAnswer, type RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';

/** POST pods/x/eviction: deletes the pod. Disruption budgets are not asked yet. */
export async function handleEviction(
  dependencies: HandlerDependencies,
  context: RequestContext,
  { kind, namespace, name }: ResourceRequest,
): Promise<Answer> {
  const { dryRun, fieldValidation, signal } = writeOptions(context, 'CreateOptions');
  const format = negotiateBody(context.headers['content-type']);
  const { object } = decodeObject(evictionKind as unknown as Kind, context.body, format, fieldValidation);
  const eviction = object as unknown as Eviction;
  if (eviction.metadata.name && eviction.metadata.name !== name)
    throw newBadRequest(`name in URL does not match name in Eviction object: ${name} != ${eviction.metadata.name}`);
  const given: DeleteOptions = eviction.deleteOptions ?? {};
  const options = checkDeletionOptions(given);
  const place = { namespace, name };
  const deletion = { ...options, dryRun: dryRun || options.dryRun };
  await deleteObject(dependencies, context.user, kind, place, deletion, signal);
  return jsonAnswer(201, { ...success(), code: 201 });
}
