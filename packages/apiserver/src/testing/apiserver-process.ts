import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.ts';

export interface ApiserverProcessOptions {
  /** Of the cluster's credentials, as `testCluster` makes them. */
  readonly dir: string;
  readonly etcd: string;
  /** Further flags, `--name=value`. */
  readonly flags?: readonly string[];
}

const MAIN = resolve(import.meta.dirname, '../main.ts');
const KEPT_OUTPUT = 20_000;

/** An apiserver as a process of its own, to be killed and started again on the same port. */
export class ApiserverProcess {
  readonly port: number;
  readonly #options: ApiserverProcessOptions;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, options: ApiserverProcessOptions) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: ApiserverProcessOptions): Promise<ApiserverProcess> {
    const server = new ApiserverProcess(await freePort(), options);
    server.up();
    return server;
  }

  /** PEM of the authority of its certificate. */
  get ca(): string {
    return readFileSync(join(this.#options.dir, 'pki/ca.crt'), 'utf8');
  }

  /** Of a member of system:masters. */
  get token(): string {
    return readFileSync(join(this.#options.dir, 'pki/tokens.csv'), 'utf8').split(',')[0] as string;
  }

  /** The end of what it has logged. */
  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts the process; it serves some time later. */
  up(): void {
    const pki = join(this.#options.dir, 'pki');
    const child = spawn(
      process.execPath,
      [
        MAIN,
        `--etcd-servers=${this.#options.etcd}`,
        '--etcd-compaction-interval=0',
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        `--secure-port=${this.port}`,
        `--tls-cert-file=${pki}/apiserver.crt`,
        `--tls-private-key-file=${pki}/apiserver.key`,
        `--client-ca-file=${pki}/ca.crt`,
        `--token-auth-file=${pki}/tokens.csv`,
        ...(this.#options.flags ?? []),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
      });
    this.#process = child;
  }

  /** Sends the running process a signal (SIGSTOP, SIGCONT). */
  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  /** Ends the process and resolves with its exit code, null after a signal. */
  async down(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (!child) return null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }
}
