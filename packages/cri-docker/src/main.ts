import { createLogger, parseFlags, runMain } from '@coxswain/foundation';
import { FLAGS } from './flags.ts';
import { runCriDocker } from './run-cri-docker.ts';

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  await runCriDocker(
    {
      listen: flags.listen,
      dockerHost: flags['docker-host'],
      cniBinDir: flags['cni-bin-dir'],
      cniConfDir: flags['cni-conf-dir'],
      podInfraContainerImage: flags['pod-infra-container-image'],
      streamingBindAddr: flags['streaming-bind-addr'],
      rootDir: flags['root-dir'],
      oomKillsDir: flags['oom-kills-dir'] || undefined,
      log: createLogger({ component: 'cri-docker', level: flags['log-level'] }),
    },
    signal,
  );
});
