import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient, loadKubeconfig } from '@coxswain/client';
import { createLogger, parseFlags, runMain, usage } from '@coxswain/foundation';
import { SIM_FLAGS, simOptionsFrom } from './flags.ts';
import { runSim } from './run-sim.ts';

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(SIM_FLAGS, process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`${usage(SIM_FLAGS)}\n`);
    return;
  }
  const temporaryDir = await mkdtemp(join(tmpdir(), 'sim-'));
  try {
    const options = simOptionsFrom(flags, temporaryDir);
    const config = { ...loadKubeconfig(options.kubeconfig), userAgent: 'sim' };
    const [client, heartbeatClient] = [createApiClient(config), createApiClient(config)];
    const log = createLogger({ component: 'sim', level: options.logLevel });
    await runSim(options, { client, heartbeatClient, log }, signal);
    client.close();
    heartbeatClient.close();
  } finally {
    await rm(temporaryDir, { recursive: true, force: true });
  }
});
