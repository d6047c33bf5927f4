import { stringify } from 'yaml';
import type { CertificatePair } from './authority.ts';

export interface KubeconfigOptions {
  /** The apiserver's URL. */
  readonly server: string;
  /** PEM of the authority that signed the apiserver's certificate. */
  readonly authority: string;
  readonly user: string;
  readonly client: CertificatePair;
  /** `kubernetes` unless given. */
  readonly cluster?: string;
}

/** A kubeconfig with everything embedded: one cluster, one user, one context. */
export function renderKubeconfig(options: KubeconfigOptions): string {
  const { server, authority, user, client, cluster = 'kubernetes' } = options;
  const context = `${user}@${cluster}`;
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': base64(authority) } }],
      users: [
        {
          name: user,
          user: { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) },
        },
      ],
      contexts: [{ name: context, context: { cluster, user } }],
      'current-context': context,
    },
    { lineWidth: 0 },
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
