import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@coxswain/foundation';
import type { ClientConfig } from './client-config.ts';

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The configuration a pod gets: the `kubernetes` Service's address and the mounted service account's credentials.
 * @throws UsageError outside a cluster
 */
export function inClusterConfig(env: NodeJS.ProcessEnv = process.env, folder = FOLDER): ClientConfig {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  const tokenFile = join(folder, 'token');
  if (!host || !port || !existsSync(tokenFile)) {
    throw new UsageError(
      'unable to load in-cluster configuration: KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT and ' +
        `${tokenFile} must be there; give --kubeconfig instead`,
    );
  }
  const ca = join(folder, 'ca.crt');
  const namespace = join(folder, 'namespace');
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    tokenFile,
    ca: existsSync(ca) ? readFileSync(ca) : undefined,
    namespace: existsSync(namespace) ? readFileSync(namespace, 'utf8').trim() : undefined,
  };
}
