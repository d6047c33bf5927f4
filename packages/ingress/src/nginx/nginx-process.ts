import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, type Logger, runCommand } from '@coxswain/foundation';

export interface NginxOptions {
  /** The program's path or name. */
  readonly program: string;
  /** Configuration, certificates and everything nginx writes. Other users can't read it. */
  readonly folder: string;
  readonly log: Logger;
  /** Called once when the process ended although nobody asked it to. */
  readonly onExit: (error: Error) => void;
}

/** Milliseconds for a test of the configuration, and for requests under way when it ends. */
const TEST_TIMEOUT_MS = 30_000;
const QUIT_TIMEOUT_MS = 25_000;

/** One nginx, whose workers are replaced when the configuration changes; those before finish what they have. */
export class NginxProcess {
  readonly #options: NginxOptions;
  #child: ChildProcess | undefined;
  #stopping = false;

  constructor(options: NginxOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Takes a configuration, starting nginx with the first. @throws CommandError when nginx refuses it; then the last one holds */
  async apply(configuration: string, signal: AbortSignal): Promise<void> {
    const { program, folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const [next, current] = [join(folder, 'next.conf'), join(folder, 'nginx.conf')];
    await writeFile(next, configuration, { mode: 0o600 });
    await runCommand(program, ['-t', '-q', '-p', folder, '-c', next], { signal, timeoutMs: TEST_TIMEOUT_MS });
    await rename(next, current);
    if (this.#child) this.#child.kill('SIGHUP');
    else this.#start(current);
  }

  #start(configuration: string): void {
    const { program, folder, log, onExit } = this.#options;
    const child = spawn(program, ['-p', folder, '-c', configuration, '-g', 'daemon off;'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#child = child;
    let ended = false;
    const end = (error: Error) => {
      if (ended) return;
      ended = true;
      this.#child = undefined;
      if (!this.#stopping) onExit(error);
    };
    child.once('error', end);
    child.once('exit', (code, signal) => end(new Error(`nginx ended with ${signal ?? code}`)));
    log.info({ pid: child.pid }, 'nginx started');
  }

  /** Lets requests under way finish, for a while. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGQUIT');
    const timer = setTimeout(() => child.kill('SIGTERM'), QUIT_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }
}

/** What nginx said of a configuration that it refused. */
export function refusal(error: unknown): string {
  return error instanceof CommandError ? error.message : String(error);
}
