import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** PEM texts: the authority of the clients, and the server's own certificate for 127.0.0.1. */
export interface EtcdTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A real etcd of a test's own: on free loopback ports, with its data in a temporary folder. */
export class EtcdServer {
  readonly #directory = mkdtempSync(join(tmpdir(), 'coxswain-etcd-'));
  readonly #port: number;
  readonly #peerPort: number;
  readonly #metricsPort: number;
  readonly #tls: EtcdTls | undefined;
  readonly #flags: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;

  private constructor(
    [port, peerPort, metricsPort]: [number, number, number],
    tls: EtcdTls | undefined,
    flags: Readonly<Record<string, string>>,
  ) {
    this.#port = port;
    this.#peerPort = peerPort;
    this.#metricsPort = metricsPort;
    this.#tls = tls;
    this.#flags = flags;
  }

  /**
   * With `tls` it speaks TLS and demands client certificates; `flags` are further ones of etcd, without their dashes.
   * Rejects when there is no etcd to run: Debian's package is etcd-server.
   */
  static async start(tls?: EtcdTls, flags: Readonly<Record<string, string>> = {}): Promise<EtcdServer> {
    const server = new EtcdServer([await freePort(), await freePort(), await freePort()], tls, flags);
    await server.up();
    return server;
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://127.0.0.1:${this.#port}`;
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
      'listen-metrics-urls': `http://127.0.0.1:${this.#metricsPort}`,
      'unsafe-no-fsync': 'true',
      ...this.#tlsFlags(),
      ...this.#flags,
    };
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
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

  /** Sends the running process a signal (SIGSTOP, SIGCONT). */
  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
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

  #tlsFlags(): Record<string, string> {
    if (!this.#tls) return {};
    const write = (name: string, text: string) => {
      const path = join(this.#directory, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    return {
      'client-cert-auth': 'true',
      'trusted-ca-file': write('ca.crt', this.#tls.ca),
      'cert-file': write('server.crt', this.#tls.cert),
      'key-file': write('server.key', this.#tls.key),
    };
  }

  async #healthy(): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      try {
        const response = await fetch(`http://127.0.0.1:${this.#metricsPort}/health`, {
          signal: AbortSignal.timeout(1000),
        });
        if (response.ok && ((await response.json()) as { health: string }).health === 'true') return;
      } catch {
        // Not yet there.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('etcd did not become healthy within 20 s');
  }
}
