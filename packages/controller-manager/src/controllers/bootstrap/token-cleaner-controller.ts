import { isNotFound, secretKind } from '@coxswain/api';
import { type Controller, done, requeueAfter, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import { BOOTSTRAP_TOKEN_TYPE, expirationOf } from './bootstrap-tokens.ts';

const NAMESPACE = 'kube-system';

/** Takes away bootstrap tokens that have expired. */
export function createTokenCleaner({ client, clock, informers }: ControllerContext): Controller {
  const secrets = informers.for(secretKind, { namespace: NAMESPACE, fieldSelector: `type=${BOOTSTRAP_TOKEN_TYPE}` });
  return {
    name: 'tokencleaner',
    sources: [source(secrets)],
    async reconcile(key, { signal }) {
      const secret = secrets.lister.get(key);
      const expires = secret && expirationOf(secret);
      if (!secret || expires === undefined) return done;
      const left = expires - clock.now();
      if (left > 0) return requeueAfter(Math.min(left, 24 * 3_600_000));
      const { name, namespace, uid = '' } = secret.metadata;
      try {
        await client.resource(secretKind).delete(name, { namespace, signal, preconditions: { uid } });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return done;
    },
  };
}
