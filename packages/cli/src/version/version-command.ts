import { parseFlags, UsageError } from '@coxswain/foundation';
import { type Command, GLOBAL_FLAGS } from '../context.ts';

const VERSION_FLAGS = {
  ...GLOBAL_FLAGS,
  client: { kind: 'boolean', help: "this program's version only" },
  output: { kind: 'string', default: '', short: 'o', help: 'yaml or json' },
} as const;

export const CLIENT_VERSION = 'v0.1.0';

export const versionCommand: Command = {
  usage: 'version [--client] [-o yaml|json]',
  summary: 'Print the versions of this program and of the server',
  flags: VERSION_FLAGS,
  async run(argv, context) {
    const { flags } = parseFlags(VERSION_FLAGS, argv);
    if (!['', 'json', 'yaml'].includes(flags.output)) throw new UsageError('--output must be "yaml" or "json"');
    const clientVersion = { gitVersion: CLIENT_VERSION, platform: `${process.platform}/${process.arch}` };
    let serverVersion: { gitVersion?: string } | undefined;
    if (!flags.client) {
      const { client, timeoutMs } = await context.connect(flags);
      serverVersion = (await client.request('GET', '/version', { signal: context.signal, timeoutMs })) as object;
    }
    const all = { clientVersion, ...(serverVersion === undefined ? {} : { serverVersion }) };
    if (flags.output === 'json') context.out(`${JSON.stringify(all, null, 2)}\n`);
    else if (flags.output === 'yaml')
      context.out((await import('../output/print-objects.ts')).printObject(all, { kind: 'yaml' }));
    else {
      context.out(`Client Version: ${CLIENT_VERSION}\n`);
      if (serverVersion !== undefined) context.out(`Server Version: ${serverVersion.gitVersion}\n`);
    }
    return 0;
  },
};
