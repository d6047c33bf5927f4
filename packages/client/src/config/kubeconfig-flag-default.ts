import { homedir } from 'node:os';
import { join } from 'node:path';

/** $KUBECONFIG, else ~/.kube/config: what `--kubeconfig` is where a person runs a command. */
export function kubeconfigFlagDefault(env: NodeJS.ProcessEnv = process.env): string {
  return env['KUBECONFIG'] || join(homedir(), '.kube', 'config');
}
