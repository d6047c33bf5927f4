import { existsSync } from 'node:fs';
import {
  type ClientConfig,
  createApiClient,
  inClusterConfig,
  kubeconfigFlagDefault,
  loadKubeconfig,
} from '@coxswain/client';
import type { GlobalFlags, Session } from './context.ts';

/** The server that the flags, $KUBECONFIG, ~/.kube/config, or the pod that this runs in say. Nothing is sent yet. */
export function connect(flags: GlobalFlags, env: NodeJS.ProcessEnv): Session {
  const config = clientConfig(flags, env);
  return {
    client: createApiClient({ ...config, userAgent: 'cox' }),
    namespace: flags.namespace || config.namespace || 'default',
    timeoutMs: flags['request-timeout'] || 30_000,
    server: config.server,
  };
}

function clientConfig(flags: GlobalFlags, env: NodeJS.ProcessEnv): ClientConfig {
  const path = flags.kubeconfig || kubeconfigFlagDefault(env);
  const inPod = env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (flags.kubeconfig === '' && env['KUBECONFIG'] === undefined && !existsSync(path) && inPod)
    return inClusterConfig();
  return loadKubeconfig(path, { context: flags.context });
}
