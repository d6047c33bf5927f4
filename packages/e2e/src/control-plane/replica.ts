import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');

export type ReplicatedService = 'scheduler' | 'controller-manager';

/** One process of a service that stands for election. */
export class Replica {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #logFile: string;

  constructor(service: ReplicatedService, kubeconfig: string, logFile: string) {
    const log = openSync(logFile, 'a', 0o600);
    const args = [resolve(root, 'packages', service, 'src/main.ts'), `--kubeconfig=${kubeconfig}`, '--secure-port=0'];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', log, log] });
    this.#closed = once(this.#child, 'close');
    closeSync(log);
    this.#logFile = logFile;
  }

  /** Whether this process is, or was, the leader of that identity. */
  led(identity: string): boolean {
    return readFileSync(this.#logFile, 'utf8').includes(`"identity":"${identity}"`);
  }

  /** Resolves when it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.#closed;
  }
}
