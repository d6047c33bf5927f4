import { configMapKind, isConflict, type Secret, secretKind, serviceAccountKind } from '@coxswain/api';
import { type Controller, done, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { podInformer } from '../../shared/pod-index.ts';
import { INVALID_SINCE, planLegacyToken } from './plan-legacy-token.ts';
import { ACCOUNT_NAME, TOKEN_TYPE } from './plan-token-secret.ts';

const KEY = 'tokens';
const LOOK_MS = 24 * 3_600_000;
const TRACKING = 'kube-apiserver-legacy-service-account-token-tracking';

/** Looks once a day for tokens in Secrets that nobody uses. */
export function createLegacyTokenCleaner(
  { client, clock, informers }: ControllerContext,
  { periodMs }: { readonly periodMs: number },
): Controller {
  const accounts = informers.for(serviceAccountKind);
  const secrets = informers.for(secretKind, { fieldSelector: `type=${TOKEN_TYPE}` });
  const tracking = informers.for(configMapKind, {
    namespace: 'kube-system',
    fieldSelector: `metadata.name=${TRACKING}`,
  });
  const pods = podInformer(informers);
  const resource = client.resource(secretKind);

  async function invalidate({ metadata }: Secret, signal: AbortSignal): Promise<void> {
    const { name, namespace, uid, resourceVersion } = metadata;
    const labels = { [INVALID_SINCE]: new Date(clock.now()).toISOString().slice(0, 10) };
    await resource.patch(
      name,
      { type: 'merge', body: { metadata: { uid, resourceVersion, labels } } },
      { namespace, signal },
    );
  }

  return {
    name: 'legacy-service-account-token-cleaner',
    sources: [
      source(tracking, () => [KEY]),
      source(secrets, () => []),
      source(accounts, () => []),
      source(pods, () => []),
    ],
    async reconcile(_key, { signal }) {
      const since = tracking.lister.get(`kube-system/${TRACKING}`)?.data?.['since'];
      const trackedSince = Date.parse(since ?? '');
      if (Number.isNaN(trackedSince)) return done;
      const mounted = new Set(
        pods.lister
          .list()
          .flatMap(({ metadata, spec }) =>
            (spec.volumes ?? []).flatMap(({ secret }) =>
              secret?.secretName ? [`${metadata.namespace}/${secret.secretName}`] : [],
            ),
          ),
      );
      for (const secret of secrets.lister.list()) {
        const { name, namespace = '', uid = '', resourceVersion = '', annotations } = secret.metadata;
        const plan = planLegacyToken({
          secret,
          account: accounts.lister.get(`${namespace}/${annotations?.[ACCOUNT_NAME] ?? ''}`),
          mounted: mounted.has(`${namespace}/${name}`),
          trackedSince,
          periodMs,
          now: clock.now(),
        });
        try {
          if (plan === 'invalidate') await invalidate(secret, signal);
          if (plan === 'delete')
            await resource.delete(name, { namespace, signal, preconditions: { uid, resourceVersion } });
        } catch (error) {
          // It was used, or changed, a moment ago: the next look decides.
          if (!isConflict(error)) throw error;
        }
      }
      return requeueAfter(LOOK_MS);
    },
  };
}
