import { createApiClient, inClusterConfig, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain, usage } from '@coxswain/foundation';
import { FLAGS, optionsFromFlags } from './flags.ts';
import { runControllerManager } from './run-controller-manager.ts';

await runMain(createLogger({ component: 'kube-controller-manager' }), async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`kube-controller-manager [flags]\n\n${usage(FLAGS)}\n`);
    return;
  }
  const log = createLogger({ component: 'kube-controller-manager', level: flags.v >= 4 ? 'debug' : 'info' });
  const options = optionsFromFlags(flags);
  const config = flags.kubeconfig === undefined ? inClusterConfig() : loadKubeconfig(flags.kubeconfig);
  await runControllerManager({ ...options, client: createApiClient(config), log }, signal);
});
