import { once } from 'node:events';
import { COMMANDS } from './commands.ts';
import type { Context } from './context.ts';
import { splitCommand } from './split-command.ts';

/** Runs one command line (without program name) and resolves with its exit code; says what went wrong itself. */
export async function runCli(argv: readonly string[], overrides: Partial<Context> = {}): Promise<number> {
  let name: string | undefined;
  const context: Context = { ...processContext(), ...overrides };
  try {
    const { name: found, rest } = splitCommand(argv);
    name = found;
    if (name === undefined || name === 'help') {
      context.out(await overview());
      return name === undefined && !argv.includes('-h') && !argv.includes('--help') ? 1 : 0;
    }
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!load) {
      context.err(`error: unknown command "${name}" for "cox"\nRun 'cox help' for usage.\n`);
      return 1;
    }
    const command = await load();
    if (rest.includes('--help') || rest.includes('-h')) {
      context.out((await import('./command-help.ts')).commandHelp(command));
      return 0;
    }
    return await command.run(rest, context);
  } catch (error) {
    if (context.signal.aborted) return 130;
    const { describeError } = await import('./describe-error.ts');
    context.err(describeError(error));
    if (isFlagMistake(error)) context.err(`See 'cox ${name} --help' for usage.\n`);
    return 1;
  }
}

function isFlagMistake(error: unknown): boolean {
  return (
    error instanceof Error && /^(unknown (shorthand )?flag|flag needs an argument|invalid argument)/.test(error.message)
  );
}

function processContext(): Context {
  return {
    out: (text) => void process.stdout.write(text),
    drained: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },
    err: (text) => void process.stderr.write(text),
    async stdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    signal: new AbortController().signal,
    env: process.env,
    connect: async (flags) => (await import('./connect.ts')).connect(flags, process.env),
    now: () => Date.now(),
  };
}

async function overview(): Promise<string> {
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => [name, await load()] as const),
  );
  const lines = commands.map(([name, { summary }]) => `  ${name.padEnd(15)} ${summary}`);
  return `cox talks to a Kubernetes API server.\n\nCommands:\n${lines.join('\n')}\n\nUse "cox <command> --help" for more.\n`;
}
