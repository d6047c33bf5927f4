import { inClusterConfig, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain, usage } from '@coxswain/foundation';
import { loadConfiguration } from './config/load-configuration.ts';
import { DEFAULT_CONFIGURATION } from './config/scheduler-configuration.ts';
import { FLAGS } from './flags.ts';
import { runScheduler } from './run-scheduler.ts';

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`kube-scheduler [flags]\n\n${usage(FLAGS)}\n`);
    return;
  }
  const configuration = flags.config ? loadConfiguration(flags.config) : DEFAULT_CONFIGURATION;
  const { leaderElection } = configuration;
  const kubeconfig = configuration.kubeconfig ?? flags.kubeconfig;
  await runScheduler(
    {
      configuration,
      config: kubeconfig ? loadKubeconfig(kubeconfig) : inClusterConfig(),
      log: createLogger({ component: 'kube-scheduler', level: flags.v >= 4 ? 'debug' : 'info' }),
      bindAddress: flags['bind-address'],
      port: flags['secure-port'],
      leaderElection: {
        leaderElect: flags['leader-elect'],
        resourceNamespace: flags['leader-elect-resource-namespace'],
        resourceName: flags['leader-elect-resource-name'],
        leaseDurationMs: flags['leader-elect-lease-duration'],
        renewDeadlineMs: flags['leader-elect-renew-deadline'],
        retryPeriodMs: flags['leader-elect-retry-period'],
        ...leaderElection,
      },
    },
    signal,
  );
});
