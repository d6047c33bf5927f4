import { createLogger, parseFlags, runMain, UsageError } from '@coxswain/foundation';
import { FLAGS, optionsOf } from './flags.ts';
import { runApiserver } from './run-apiserver.ts';

const log = createLogger({ component: 'apiserver' });

await runMain(log, async (signal) => {
  const { flags, args } = parseFlags(FLAGS, process.argv.slice(2));
  if (args.length > 0) throw new UsageError(`unexpected argument: ${args[0]}`);
  await runApiserver(optionsOf(flags, log), signal);
});
