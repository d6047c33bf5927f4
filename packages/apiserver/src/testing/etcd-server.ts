import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real etcd of a test's own: on free loopback ports, with its data in a temporary folder. */
export class EtcdServer {
  readonly #directory = mkdtempSync(join(tmpdir(), 'coxswain-etcd-'));
  readonly #port: number;
  readonly #peerPort: number;
  #process: ChildProcess | undefined;

  private constructor(port: number, peerPort: number) {
    this.#port = port;
    this.#peerPort = peerPort;
  }

  /** Rejects when there is no etcd to run: Debian's package is etcd-server. */
  static async start(): Promise<EtcdServer> {
    const server = new EtcdServer(await freePort(), await freePort());
    await server.up();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async up(): Promise<void> {
    const peer = `http://127.0.0.1:${this.#peerPort}`;
    const flags = {
      'data-dir': join(this.#directory, 'data'),
      'listen-client-urls': this.url,
      'advertise-client-urls': this.url,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
      'unsafe-no-fsync': undefined,
    };
    const args = Object.entries(flags).map(([name, value]) => `--${name}${value === undefined ? '' : `=${value}`}`);
    const child = spawn('etcd', args, { stdio: 'ignore', env: { PATH: process.env['PATH'] } });
    const failure = new Promise<never>((_, reject) => {
      child.once('error', (cause) => reject(new Error('this test needs etcd (apt install etcd-server)', { cause })));
      child.once('exit', (code) => reject(new Error(`etcd ended with code ${code}`)));
    });
    failure.catch(() => {});
    this.#process = child;
    await Promise.race([failure, this.#healthy()]);
  }

  /** Ends the process, keeping its data. */
  async down(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Ends the process and deletes its data. */
  async remove(): Promise<void> {
    await this.down();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Deletes the data of a stopped server. */
  wipe(): void {
    rmSync(join(this.#directory, 'data'), { recursive: true, force: true });
  }

  async #healthy(): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      try {
        const response = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(1000) });
        if (response.ok && ((await response.json()) as { health: string }).health === 'true') return;
      } catch {
        // Not yet there.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('etcd did not become healthy within 20 s');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
