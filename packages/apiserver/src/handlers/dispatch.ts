import { deprecationWarning, type Kind, newMethodNotSupported, newPathNotFound } from '@coxswain/api';
import type { Clock } from '@coxswain/foundation';
import { groupResource } from '../registry/group-resource.ts';
import { answerReview } from '../reviews/answer-review.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';
import { approvalTarget } from '../subresources/approval.ts';
import { ephemeralContainersTarget, resizeTarget } from '../subresources/pod-targets.ts';
import { scaleTarget } from '../subresources/scale.ts';
import { subresourceHandlers } from '../subresources/subresource-handlers.ts';
import { handleCreate } from './create.ts';
import { handleDelete } from './delete.ts';
import { handleDeleteCollection } from './delete-collection.ts';
import type { HandlerDependencies } from './dependencies.ts';
import { handleGet } from './get.ts';
import { handleList } from './list.ts';
import { handlePatch } from './patch.ts';
import { handleUpdate } from './update.ts';
import { objectTarget, statusTarget, type UpdateTarget } from './update-target.ts';
import { handleWatch } from './watch.ts';

/** Subresources that show a part of their object, beside `/status` and `/scale`. */
const TARGETS: Readonly<Record<string, (kind: Kind, clock: Clock) => UpdateTarget>> = {
  '/pods/ephemeralcontainers': ephemeralContainersTarget,
  '/pods/resize': resizeTarget,
  'certificates.k8s.io/certificatesigningrequests/approval': approvalTarget,
};

/** Hands a request for objects to the handler of its verb. */
export function dispatch(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Answer> {
  const { kind, verb, subresource } = request;
  const warning = deprecationWarning(kind);
  if (warning !== undefined) context.warnings.push(warning);
  if (subresource !== '') return dispatchSubresource(dependencies, context, request);
  if (kind.verbs && !kind.verbs.includes(verb)) throw newMethodNotSupported(groupResource(kind), verb);
  switch (verb) {
    case 'create':
      if (kind.virtual) return answerReview(dependencies, context, request);
      return handleCreate(dependencies, context, request);
    case 'list':
      return handleList(dependencies, context, request);
    case 'watch':
      return handleWatch(dependencies, context, request);
    case 'delete':
      return handleDelete(dependencies, context, request);
    case 'deletecollection':
      return handleDeleteCollection(dependencies, context, request);
    case 'get':
    case 'update':
    case 'patch':
      return onTarget(dependencies, context, request, objectTarget(kind));
    default:
      return verb satisfies never;
  }
}

function dispatchSubresource(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Answer> {
  const { kind, subresource, verb } = request;
  const resource = { group: kind.group, resource: `${kind.plural}/${subresource}` };
  if (subresource === 'status' && kind.subresources?.status)
    return onTarget(dependencies, context, request, statusTarget(kind));
  if (subresource === 'scale' && kind.subresources?.scale)
    return onTarget(dependencies, context, request, scaleTarget(kind, kind.subresources.scale));
  const target = TARGETS[`${kind.group}/${kind.plural}/${subresource}`];
  if (target) return onTarget(dependencies, context, request, target(kind, dependencies.clock));
  const handlers = subresourceHandlers[`${kind.group}/${kind.plural}/${subresource}`];
  if (!handlers) throw newPathNotFound();
  const handler = handlers[verb];
  if (!handler) throw newMethodNotSupported(resource, verb);
  return handler(dependencies, context, request);
}

function onTarget(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
  target: UpdateTarget,
): Promise<Answer> {
  switch (request.verb) {
    case 'get':
      return handleGet(dependencies, context, request, target);
    case 'update':
      return handleUpdate(dependencies, context, request, target);
    case 'patch':
      return handlePatch(dependencies, context, request, target);
    default:
      throw newMethodNotSupported(groupResource(request.kind), request.verb);
  }
}
