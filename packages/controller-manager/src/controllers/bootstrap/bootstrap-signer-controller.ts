import { configMapKind, deepEqual, secretKind } from '@coxswain/api';
import { type Controller, done, requeueAfter, source } from '@coxswain/client';
import { CompactSign } from 'jose';
import type { ControllerContext } from '../../controller-context.ts';
import { BOOTSTRAP_TOKEN_TYPE, type BootstrapToken, expirationOf, signingTokenOf } from './bootstrap-tokens.ts';

const NAMESPACE = 'kube-public';
const NAME = 'cluster-info';
const KUBECONFIG = 'kubeconfig';
const SIGNATURE_PREFIX = 'jws-kubeconfig-';
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Signs the kubeconfig of kube-public/cluster-info with every bootstrap token that may, so that a joining node trusts it. */
export function createBootstrapSigner({ client, clock, informers }: ControllerContext): Controller {
  const configMaps = informers.for(configMapKind, { namespace: NAMESPACE, fieldSelector: `metadata.name=${NAME}` });
  const secrets = informers.for(secretKind, {
    namespace: 'kube-system',
    fieldSelector: `type=${BOOTSTRAP_TOKEN_TYPE}`,
  });
  const key = `${NAMESPACE}/${NAME}`;
  return {
    name: 'bootstrap_signer',
    sources: [
      source(configMaps, ({ metadata }) => (metadata.name === NAME ? [key] : [])),
      source(secrets, () => [key]),
    ],
    async reconcile(_key, { signal }) {
      const configMap = configMaps.lister.get(key);
      if (!configMap) return done;
      const now = clock.now();
      const known = secrets.lister.list();
      const tokens = known.map((secret) => signingTokenOf(secret, now)).filter((token) => token !== undefined);
      const data = await signedData(configMap.data ?? {}, tokens);
      if (!deepEqual(data, configMap.data ?? {}))
        await client.resource(configMapKind).update({ ...configMap, data }, { signal });
      const ends = known.map(expirationOf).filter((at) => at !== undefined && at > now);
      return ends.length === 0 ? done : requeueAfter(Math.min(LONGEST_WAIT_MS, Math.min(...(ends as number[])) - now));
    },
  };
}

/** The ConfigMap's data with a signature of each token and of no other. */
export async function signedData(
  data: Readonly<Record<string, string>>,
  tokens: readonly BootstrapToken[],
): Promise<Record<string, string>> {
  const rest = Object.entries(data).filter(([name]) => !name.startsWith(SIGNATURE_PREFIX));
  const content = data[KUBECONFIG];
  const signed = content === undefined ? [] : await Promise.all(tokens.map((token) => signature(content, token)));
  return { ...Object.fromEntries(rest), ...Object.fromEntries(signed) };
}

/** A detached JWS: header and signature, without the content between them. */
async function signature(content: string, { id, secret }: BootstrapToken): Promise<[string, string]> {
  const whole = await new CompactSign(Buffer.from(content))
    .setProtectedHeader({ alg: 'HS256', kid: id })
    .sign(Buffer.from(secret));
  const [header, , sum] = whole.split('.');
  return [`${SIGNATURE_PREFIX}${id}`, `${header}..${sum}`];
}
