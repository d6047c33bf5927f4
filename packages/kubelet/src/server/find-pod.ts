import type { Pod } from '@coxswain/api';
import type { PodPath } from './parse-stream-request.ts';

/** The pod that a path means; of several of one name, such as one that still ends, that which came last. */
export function findPod(pods: readonly Pod[], { namespace, pod, uid }: PodPath): Pod | undefined {
  return pods.findLast(
    ({ metadata }) =>
      metadata.namespace === namespace && metadata.name === pod && (uid === undefined || metadata.uid === uid),
  );
}
