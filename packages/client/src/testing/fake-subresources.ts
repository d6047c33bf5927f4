import { type Binding, type KubeObject, newConflict, newPathNotFound, type Pod, success } from '@coxswain/api';
import { isoSeconds } from './fake-writes.ts';

export interface SubresourceContext {
  readonly object: KubeObject;
  readonly now: number;
  put(object: KubeObject): void;
  remove(gracePeriodSeconds: number | undefined): void;
}

/** Serves `binding`, `eviction` and `token`; any other is a 404. */
export function postSubresource(subresource: string, body: unknown, context: SubresourceContext): unknown {
  switch (subresource) {
    case 'binding':
      bind(context, body as Binding);
      return success();
    case 'eviction':
      context.remove((body as { deleteOptions?: { gracePeriodSeconds?: number } }).deleteOptions?.gracePeriodSeconds);
      return success();
    case 'token':
      return {
        ...(body as object),
        status: { token: 'fake-token', expirationTimestamp: isoSeconds(context.now + 3600_000) },
      };
    default:
      throw newPathNotFound();
  }
}

function bind({ object, now, put }: SubresourceContext, binding: Binding): void {
  const pod = structuredClone(object) as Pod;
  const { name } = pod.metadata;
  const target = binding.target.name ?? '';
  const refuse = (why: string) => newConflict({ group: '', resource: 'pods/binding' }, name, why);
  if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  pod.spec.nodeName = target;
  const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  pod.status = {
    ...pod.status,
    conditions: [...conditions, { type: 'PodScheduled', status: 'True', lastTransitionTime: isoSeconds(now) }],
  };
  put(pod);
}
