import type { Kind, KubeObject } from '@coxswain/api';
import type { HandlerDependencies } from '../handlers/dependencies.ts';
import { handleUpdate } from '../handlers/update.ts';
import { objectTarget, type UpdateTarget } from '../handlers/update-target.ts';
import { editable } from '../registry/object-store.ts';
import { prepareForStatusUpdate } from '../registry/prepare-update.ts';
import type { Answer, RequestContext } from '../server/request-context.ts';
import type { ResourceRequest } from '../server/request-info.ts';

type NamespaceLike = KubeObject & { spec?: { finalizers?: string[] } };

/** PUT namespaces/x/finalize: sets spec.finalizers alone; a namespace that ends is gone with its last one. */
export function handleFinalize(
  dependencies: HandlerDependencies,
  context: RequestContext,
  request: ResourceRequest,
): Promise<Answer> {
  return handleUpdate(dependencies, context, request, finalizeTarget(request.kind));
}

function finalizeTarget(kind: Kind): UpdateTarget {
  return {
    ...objectTarget(kind),
    subresource: 'finalize',
    merge(incoming, current) {
      const finalizers = (incoming as NamespaceLike).spec?.finalizers;
      const status = (current as { status?: unknown }).status;
      const next = prepareForStatusUpdate(kind, { ...incoming, status } as KubeObject, current);
      const spec = { ...(editable(current) as NamespaceLike).spec };
      if (finalizers && finalizers.length > 0) spec.finalizers = finalizers;
      else delete spec.finalizers;
      return { ...next, spec } as KubeObject;
    },
    validate: () => [],
  };
}
