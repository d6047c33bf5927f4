import { isNotFound, type Pod, podKind } from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import { TRACKING_FINALIZER } from './job-pod.ts';

const AT_ONCE = 20;

/** Takes the tracking finalizer off; resolves with the first failure, if any. `released` hears of each success. */
export async function releasePods(
  pods: readonly Pod[],
  {
    client,
    signal,
    released,
  }: { readonly client: ApiClient; readonly signal: AbortSignal; released?(uid: string): void },
): Promise<unknown> {
  const errors: unknown[] = [];
  for (let i = 0; i < pods.length; i += AT_ONCE)
    await Promise.all(
      pods.slice(i, i + AT_ONCE).map(async ({ metadata: { name, namespace, uid = '' } }) => {
        const body = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } };
        try {
          await client.resource(podKind).patch(name, { type: 'strategic', body }, { namespace, signal });
          released?.(uid);
        } catch (error) {
          if (isNotFound(error)) released?.(uid);
          else errors.push(error);
        }
      }),
    );
  return errors[0];
}
