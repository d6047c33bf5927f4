import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CertificatePair } from './authority.ts';
import { CertificateStore, readIfPresent, writeSecret } from './certificate-store.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { createSigningKeys } from './private-key.ts';

export interface ClusterPkiOptions {
  /** Laid out as kubeadm's /etc/kubernetes: `pki/`, `pki/etcd/` and `<who>.conf` beside them. */
  readonly dir: string;
  /** The apiserver's URL for the cluster's own components. */
  readonly server: string;
  /** The apiserver's URL in `admin.kubeconfig`; `server` unless given. */
  readonly adminServer?: string;
  /** More DNS names and addresses of the apiserver. */
  readonly apiserverNames?: readonly string[];
  /** More DNS names and addresses of etcd. */
  readonly etcdNames?: readonly string[];
}

const APISERVER_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'apiserver',
  'localhost',
  '127.0.0.1',
  '10.96.0.1',
];
const ETCD_NAMES = ['etcd', 'localhost', '127.0.0.1'];

/** kubeconfig file → user name and groups. */
const COMPONENTS = {
  'scheduler.conf': { commonName: 'system:kube-scheduler' },
  'controller-manager.conf': { commonName: 'system:kube-controller-manager' },
  'metrics-server.conf': { commonName: 'system:metrics-server' },
  'kube-proxy.conf': { commonName: 'system:kube-proxy' },
  'pod-network.conf': { commonName: 'system:pod-network' },
};

/**
 * Writes every certificate, key, kubeconfig and token of a cluster that is missing, expiring or no longer fitting;
 * whatever is still good stays as it is. All files are 0600.
 */
export async function ensureClusterPki(options: ClusterPkiOptions): Promise<void> {
  const { dir, server, adminServer = server } = options;
  const store = new CertificateStore(join(dir, 'pki'));
  const authority = await store.ensureAuthority('ca', 'kubernetes');
  await ensureEtcd(store, options.etcdNames ?? []);
  await ensureFrontProxy(store);
  await store.ensureCertificate('apiserver', authority, {
    commonName: 'kube-apiserver',
    usages: ['server'],
    names: [...new Set([...APISERVER_NAMES, ...(options.apiserverNames ?? [])])],
  });
  await store.ensureCertificate('apiserver-kubelet-client', authority, {
    commonName: 'kube-apiserver-kubelet-client',
    organizations: ['system:masters'],
    usages: ['client'],
  });
  await ensureSigningKeys(store);
  await ensureTokenFile(store.path('tokens.csv'));

  const admin = await store.ensureCertificate('admin', authority, {
    commonName: 'kubernetes-admin',
    organizations: ['system:masters'],
    usages: ['client'],
  });
  const kubeconfig = (user: string, client: CertificatePair, url: string) =>
    renderKubeconfig({ server: url, authority: authority.certificate, user, client });
  await writeSecret(join(dir, 'admin.conf'), kubeconfig('kubernetes-admin', admin, server));
  await writeSecret(join(dir, 'admin.kubeconfig'), kubeconfig('kubernetes-admin', admin, adminServer));
  for (const [file, subject] of Object.entries(COMPONENTS)) {
    const client = await store.ensureCertificate(file.replace('.conf', ''), authority, {
      ...subject,
      usages: ['client'],
    });
    await writeSecret(join(dir, file), kubeconfig(subject.commonName, client, server));
  }
}

async function ensureEtcd(store: CertificateStore, more: readonly string[]): Promise<void> {
  const authority = await store.ensureAuthority('etcd/ca', 'etcd-ca');
  const names = [...new Set([...ETCD_NAMES, ...more])];
  for (const name of ['server', 'peer'])
    await store.ensureCertificate(`etcd/${name}`, authority, {
      commonName: 'etcd',
      usages: ['server', 'client'],
      names,
    });
  await store.ensureCertificate('etcd/healthcheck-client', authority, {
    commonName: 'kube-etcd-healthcheck-client',
    usages: ['client'],
  });
  await store.ensureCertificate('apiserver-etcd-client', authority, {
    commonName: 'kube-apiserver-etcd-client',
    usages: ['client'],
  });
}

async function ensureFrontProxy(store: CertificateStore): Promise<void> {
  const authority = await store.ensureAuthority('front-proxy-ca', 'front-proxy-ca');
  await store.ensureCertificate('front-proxy-client', authority, {
    commonName: 'front-proxy-client',
    usages: ['client'],
  });
}

async function ensureSigningKeys(store: CertificateStore): Promise<void> {
  const [key, pub] = await Promise.all([readIfPresent(store.path('sa.key')), readIfPresent(store.path('sa.pub'))]);
  if (key !== undefined && pub !== undefined) return;
  const { privateKey, publicKey } = createSigningKeys();
  await writeSecret(store.path('sa.key'), privateKey);
  await writeSecret(store.path('sa.pub'), publicKey);
}

/** The apiserver's `--token-auth-file`: one line, a random token for the user `admin` in the group `system:masters`. */
async function ensureTokenFile(path: string): Promise<void> {
  if ((await readIfPresent(path)) !== undefined) return;
  await writeSecret(path, `${randomBytes(24).toString('base64url')},admin,admin,"system:masters"\n`);
}
