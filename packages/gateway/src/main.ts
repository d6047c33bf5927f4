import { createLogger, parseFlags, runMain, UsageError } from '@coxswain/foundation';
import { runGateway } from './run-gateway.ts';

const FLAGS = {
  'listen-address': { kind: 'string', default: '0.0.0.0', help: 'address on which connections are taken' },
  port: { kind: 'number', default: 8080, help: 'port on which connections are taken' },
  target: { kind: 'string', default: 'node:8888', help: 'name of the nodes and port on each' },
  v: { kind: 'number', default: 0, help: '4 logs debug lines' },
} as const;

await runMain(undefined, async (signal) => {
  const { flags } = parseFlags(FLAGS, process.argv.slice(2));
  const match = /^(.+):(\d+)$/.exec(flags.target);
  if (!match) throw new UsageError(`invalid argument "${flags.target}" for "--target" flag: want name:port`);
  await runGateway(
    {
      log: createLogger({ component: 'gateway', level: flags.v >= 4 ? 'debug' : 'info' }),
      listen: { host: flags['listen-address'], port: flags.port },
      target: { host: match[1] as string, port: Number(match[2]) },
    },
    signal,
  );
});
