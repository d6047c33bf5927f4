import { isNotFound, objectKey, type Secret, type ServiceAccount, secretKind, serviceAccountKind } from '@coxswain/api';
import { type Controller, done, source } from '@coxswain/client';
import type { ControllerContext } from '../../controller-context.ts';
import type { LegacyTokenSigner } from './legacy-token.ts';
import { ACCOUNT_NAME, ACCOUNT_UID, planTokenSecret, TOKEN_TYPE } from './plan-token-secret.ts';

const BY_ACCOUNT = 'tokenSecretsOfAccount';

/** Fills Secrets of type kubernetes.io/service-account-token, and takes them away with their service account. */
export function createServiceAccountTokenController(
  { client, informers }: ControllerContext,
  { sign, rootCA }: { readonly sign: LegacyTokenSigner; readonly rootCA: string | undefined },
): Controller {
  const accounts = informers.for(serviceAccountKind);
  const secrets = informers.for(secretKind, {
    fieldSelector: `type=${TOKEN_TYPE}`,
    indexes: { [BY_ACCOUNT]: (secret) => [accountOf(secret)] },
  });
  const resource = client.resource(secretKind);

  /** The cache may lag behind a new account: a Secret is only deleted on the server's word. */
  async function liveAccount(secret: Secret, signal: AbortSignal): Promise<ServiceAccount | undefined> {
    const cached = accounts.lister.get(accountOf(secret));
    const uid = secret.metadata.annotations?.[ACCOUNT_UID];
    if (cached && (!uid || cached.metadata.uid === uid)) return cached;
    const { namespace, annotations } = secret.metadata;
    try {
      return await client.resource(serviceAccountKind).get(annotations?.[ACCOUNT_NAME] ?? '', { namespace, signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async function fill(secret: Secret, account: ServiceAccount, signal: AbortSignal): Promise<void> {
    const { name, namespace = '' } = secret.metadata;
    const { uid = '' } = account.metadata;
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const token =
      secret.data?.['token'] ??
      base64(await sign({ namespace, secret: name, account: { name: account.metadata.name, uid } }));
    const data = {
      ...secret.data,
      token,
      namespace: secret.data?.['namespace'] ?? base64(namespace),
      ...(rootCA === undefined ? {} : { 'ca.crt': base64(rootCA) }),
    };
    const annotations = { ...secret.metadata.annotations, [ACCOUNT_UID]: uid };
    await resource.update({ ...secret, data, metadata: { ...secret.metadata, annotations } }, { signal });
  }

  return {
    name: 'serviceaccount_tokens',
    sources: [
      source(secrets),
      source(accounts, (account) => secrets.lister.byIndex(BY_ACCOUNT, objectKey(account)).map(objectKey)),
    ],
    async reconcile(key, { signal }) {
      const secret = secrets.lister.get(key);
      if (!secret || secret.type !== TOKEN_TYPE) return done;
      const account = await liveAccount(secret, signal);
      const plan = planTokenSecret(secret, account, rootCA);
      const { name, namespace, uid = '', resourceVersion = '' } = secret.metadata;
      if (plan.kind === 'delete')
        await resource.delete(name, { namespace, signal, preconditions: { uid, resourceVersion } });
      else if (plan.kind === 'fill' && account) await fill(secret, account, signal);
      return done;
    },
  };
}

function accountOf({ metadata }: Secret): string {
  return `${metadata.namespace}/${metadata.annotations?.[ACCOUNT_NAME] ?? ''}`;
}
