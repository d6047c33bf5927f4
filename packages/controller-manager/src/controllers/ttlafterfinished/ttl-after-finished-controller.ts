import { isConflict, isNotFound, jobKind } from '@coxswain/api';
import { type Controller, done, type ReconcileResult, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { expiryOf } from './plan-ttl.ts';

/** Deletes finished Jobs with all that is theirs once ttlSecondsAfterFinished is over. */
export function createTtlAfterFinishedController({ client, clock, informers }: ControllerContext): Controller {
  const jobs = informers.for(jobKind);

  async function reconcile(key: string, { signal }: { readonly signal: AbortSignal }): Promise<ReconcileResult> {
    const job = jobs.lister.get(key);
    const cachedExpiry = job && expiryOf(job);
    if (!job || cachedExpiry === undefined) return done;
    const wait = cachedExpiry - clock.now();
    if (wait > 0) return requeueAfter(wait);
    // The time may have been changed a moment ago: the server has the last word.
    const { name, namespace } = job.metadata;
    try {
      const live = await client.resource(jobKind).get(name, { namespace, signal });
      const expiry = expiryOf(live);
      if (expiry === undefined || expiry > clock.now()) return done;
      const { uid = '', resourceVersion = '' } = live.metadata;
      await client.resource(jobKind).delete(name, {
        namespace,
        signal,
        propagationPolicy: 'Foreground',
        preconditions: { uid, resourceVersion },
      });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    return done;
  }

  return { name: 'ttl_jobs_to_delete', sources: [source(jobs)], reconcile };
}
