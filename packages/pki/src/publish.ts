import { join } from 'node:path';
import { readIfPresent, writeSecret } from './certificate-store.ts';

/** What each component is given of the cluster's folder; of the authorities' keys the controller-manager alone
 * sees one, the cluster's, to sign CertificateSigningRequests. */
export const ROLE_FILES = {
  etcd: [
    'pki/etcd/ca.crt',
    ...['server', 'peer', 'healthcheck-client'].flatMap((name) => [`pki/etcd/${name}.crt`, `pki/etcd/${name}.key`]),
  ],
  apiserver: [
    'pki/ca.crt',
    'pki/etcd/ca.crt',
    'pki/front-proxy-ca.crt',
    ...['apiserver', 'apiserver-etcd-client', 'apiserver-kubelet-client', 'front-proxy-client'].flatMap((name) => [
      `pki/${name}.crt`,
      `pki/${name}.key`,
    ]),
    'pki/sa.key',
    'pki/sa.pub',
    'pki/tokens.csv',
  ],
  scheduler: ['pki/ca.crt', 'scheduler.conf'],
  'controller-manager': ['pki/ca.crt', 'pki/ca.key', 'pki/sa.key', 'controller-manager.conf'],
  'metrics-server': ['pki/ca.crt', 'pki/front-proxy-ca.crt', 'metrics-server.conf'],
  admin: ['pki/ca.crt', 'admin.conf', 'admin.kubeconfig'],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof ROLE_FILES;

export function isRole(name: string): name is Role {
  return Object.hasOwn(ROLE_FILES, name);
}

/**
 * Copies a role's files from the cluster's folder to `to`, same paths, 0600.
 * @throws if one is missing
 */
export async function publish(dir: string, role: Role, to: string): Promise<void> {
  for (const file of ROLE_FILES[role]) {
    const text = await readIfPresent(join(dir, file));
    if (text === undefined) throw new Error(`${join(dir, file)} is missing`);
    await writeSecret(join(to, file), text);
  }
}
