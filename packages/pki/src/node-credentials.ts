import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CertificateStore, readIfPresent, writeSecret } from './certificate-store.ts';
import { renderKubeconfig } from './kubeconfig.ts';

export interface NodeCredentialsOptions {
  /** The cluster's folder, as `ensureClusterPki` wrote it. */
  readonly dir: string;
  /** Where the node's files go, laid out as /etc/kubernetes is on a node. */
  readonly to: string;
  readonly nodeName: string;
  /** The apiserver's URL. */
  readonly server: string;
  /** DNS names and addresses of the kubelet's serving certificate beside the node's name and loopback. */
  readonly names?: readonly string[];
}

/**
 * Writes what one node needs and nothing else: the authority's certificate (not its key), the kubelet's kubeconfig and
 * serving certificate, kube-proxy's and pod-network's kubeconfigs. What is still good stays.
 * @throws if `dir` has no authority
 */
export async function ensureNodeCredentials(options: NodeCredentialsOptions): Promise<void> {
  const { dir, to, nodeName, server } = options;
  const [certificate, key] = await Promise.all(
    ['ca.crt', 'ca.key'].map((file) => readIfPresent(join(dir, 'pki', file))),
  );
  if (certificate === undefined || key === undefined) throw new Error(`no cluster authority in ${dir}/pki`);
  const authority = { certificate, key };
  const user = `system:node:${nodeName}`;
  const store = new CertificateStore(join(to, 'pki'));
  const client = await store.ensureCertificate('kubelet-client', authority, {
    commonName: user,
    organizations: ['system:nodes'],
    usages: ['client'],
  });
  await store.ensureCertificate('kubelet', authority, {
    commonName: user,
    organizations: ['system:nodes'],
    usages: ['server'],
    names: [...new Set([nodeName, 'localhost', '127.0.0.1', ...(options.names ?? [])])],
  });
  await writeSecret(join(to, 'pki/ca.crt'), certificate);
  await writeSecret(join(to, 'kubelet.conf'), renderKubeconfig({ server, authority: certificate, user, client }));
  await mkdir(to, { recursive: true });
  for (const file of ['kube-proxy.conf', 'pod-network.conf']) await copyFile(join(dir, file), join(to, file));
}
