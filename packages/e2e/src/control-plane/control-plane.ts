import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@coxswain/foundation/testing';
import { Replica, type ReplicatedService } from './replica.ts';

const COMMAND = resolve(import.meta.dirname, '../../../../scripts/control-plane');
const TIMEOUT_MS = 120_000;

export interface ControlPlaneOptions {
  /** Services not to start. */
  readonly without?: readonly ReplicatedService[];
  readonly authorizationMode?: 'AlwaysAllow' | 'Node,RBAC';
  readonly controllerManagerFlags?: readonly string[];
}

/** A control plane of plain processes for one test file: real etcd, apiserver, scheduler, controller-manager. */
export class ControlPlane implements AsyncDisposable {
  readonly #dir: string;
  readonly kubeconfig: string;

  readonly #port: number;

  private constructor(dir: string, port: number, kubeconfig: string) {
    this.#dir = dir;
    this.#port = port;
    this.kubeconfig = kubeconfig;
  }

  /**
   * Starts one on a free port, in a folder of its own, as `options` say.
   * @throws with the command's words when something is missing
   */
  static async start(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    const { without = [], authorizationMode = 'AlwaysAllow', controllerManagerFlags = [] } = options;
    const dir = mkdtempSync(join(tmpdir(), 'coxswain-e2e-'));
    const list = (flag: string, values: readonly string[]) =>
      values.length > 0 ? [`${flag}=${values.join(',')}`] : [];
    const lists = [...list('--without', without), ...list('--controller-manager-flags', controllerManagerFlags)];
    try {
      const port = await freePort();
      await run('up', '--dir', dir, '--port', String(port), '--authorization-mode', authorizationMode, ...lists);
      const kubeconfig = /^KUBECONFIG=(.*)$/m.exec(readFileSync(join(dir, 'env'), 'utf8'))?.[1];
      if (kubeconfig === undefined) throw new Error(`${join(dir, 'env')} names no KUBECONFIG`);
      return new ControlPlane(dir, port, kubeconfig);
    } catch (err) {
      await run('down', '--dir', dir).catch(() => undefined);
      throw err;
    }
  }

  /** One more process of a service that stands for election, logging to a file of its own. */
  replica(service: ReplicatedService, number: number): Replica {
    const kubeconfig = join(this.#dir, 'kubernetes', `${service}.conf`);
    return new Replica(service, kubeconfig, join(this.#dir, 'log', `${service}-${number}.log`));
  }

  /** Ends the apiserver as an upgrade does (SIGTERM) and starts another one on the same port. */
  async restartApiserver(): Promise<void> {
    const [pid = ''] = readFileSync(join(this.#dir, 'run/apiserver.pid'), 'utf8').split(' ');
    process.kill(Number(pid), 'SIGTERM');
    await eventually(() => !isAlive(Number(pid)), { timeout: TIMEOUT_MS });
    await run('up', '--dir', this.#dir, '--port', String(this.#port));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('down', '--dir', this.#dir);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function run(...args: string[]): Promise<void> {
  await promisify(execFile)(COMMAND, args, { timeout: TIMEOUT_MS });
}

/** Nobody listens on it now; another process may take it before we do, then `up` fails and says so. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}
