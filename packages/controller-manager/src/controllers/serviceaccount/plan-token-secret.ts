import type { Secret, ServiceAccount } from '@coxswain/api';

export const TOKEN_TYPE = 'kubernetes.io/service-account-token';
export const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
export const ACCOUNT_UID = 'kubernetes.io/service-account.uid';

export type TokenSecretPlan =
  | { readonly kind: 'none' }
  /** Its service account is gone, or is another one of the same name. */
  | { readonly kind: 'delete' }
  /** What it lacks. */
  | {
      readonly kind: 'fill';
      readonly uid: boolean;
      readonly token: boolean;
      readonly ca: boolean;
      readonly namespace: boolean;
    };

/** What a Secret that is to hold a service account's token needs. `rootCA` in PEM. */
export function planTokenSecret(
  { metadata, data }: Secret,
  account: ServiceAccount | undefined,
  rootCA: string | undefined,
): TokenSecretPlan {
  if (metadata.deletionTimestamp !== undefined) return { kind: 'none' };
  const uid = metadata.annotations?.[ACCOUNT_UID];
  if (!account || (uid && uid !== account.metadata.uid)) return { kind: 'delete' };
  const needs = {
    uid: !uid,
    token: !data?.['token'],
    ca: rootCA !== undefined && data?.['ca.crt'] !== Buffer.from(rootCA).toString('base64'),
    namespace: !data?.['namespace'],
  };
  return Object.values(needs).some(Boolean) ? { kind: 'fill', ...needs } : { kind: 'none' };
}
