import { parseFlags, runMain, usage } from '@coxswain/foundation';
import { readConfigurationFile } from './config/kubelet-configuration.ts';
import { KUBELET_FLAGS } from './config/kubelet-flags.ts';
import { optionsFromFlags } from './config/options-from-flags.ts';
import { runKubelet } from './run-kubelet.ts';

await runMain(undefined, async (signal) => {
  const argv = process.argv.slice(2);
  const { flags } = parseFlags(KUBELET_FLAGS, argv);
  if (flags.help) {
    process.stdout.write(`${usage(KUBELET_FLAGS)}\n`);
    return;
  }
  const configuration = flags.config ? await readConfigurationFile(flags.config) : undefined;
  await runKubelet(optionsFromFlags(argv, configuration), signal);
});
