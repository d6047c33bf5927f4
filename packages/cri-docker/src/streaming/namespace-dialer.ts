import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { CONNECTOR } from './connector.ts';

type Answer = { readonly id: number; readonly error?: string };

const IDLE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 30_000;

/**
 * Connects to loopback ports inside a network namespace: a small process entered into the namespace makes the
 * connection and hands it over whole. It ends when nothing was asked of it for half a minute.
 */
export class NamespaceDialer {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer, socket?: Socket) => void>();
  #serial = 0;
  #idle: NodeJS.Timeout | undefined;
  #stderr = '';
  #closed = false;

  constructor(namespacePath: string) {
    const node = ['--no-warnings', '--max-old-space-size=32', '-e', CONNECTOR];
    this.#child = spawn('nsenter', [`--net=${namespacePath}`, '--', process.execPath, ...node], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {},
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-500);
    });
    this.#child.on('message', (answer, handle) => this.#settle(answer as Answer, handle as Socket | undefined));
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('close', () => this.#end(this.#stderr.trim() || 'connector ended'));
    this.#rest();
  }

  get ended(): boolean {
    return this.#closed || this.#child.exitCode !== null || this.#child.signalCode !== null || !this.#child.connected;
  }

  /** @throws in the system's words when nobody listens */
  async dial(port: number): Promise<Socket> {
    clearTimeout(this.#idle);
    const id = ++this.#serial;
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const timer = setTimeout(() => this.#settle({ id, error: 'connection timed out' }), CONNECT_TIMEOUT_MS);
        this.#waiting.set(id, ({ error }, socket) => {
          clearTimeout(timer);
          if (socket) resolve(socket);
          else reject(new Error(error ?? 'connection was lost'));
        });
        this.#child.send({ id, port }, (error) => {
          if (error) this.#settle({ id, error: error.message });
        });
      });
    } finally {
      if (this.#waiting.size === 0) this.#rest();
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#closed = true;
    this.#child.kill('SIGKILL');
  }

  #settle(answer: Answer, socket?: Socket): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (waiting) waiting(answer, socket);
    else socket?.destroy();
  }

  #end(error: string): void {
    for (const id of [...this.#waiting.keys()]) this.#settle({ id, error });
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), IDLE_MS);
    this.#idle.unref();
  }
}

/** Connects to a port of this very network namespace's loopback, IPv4 first. */
export async function dialLoopback(port: number): Promise<Socket> {
  const attempt = (host: string) =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect({ host, port, allowHalfOpen: true, timeout: CONNECT_TIMEOUT_MS });
      socket.once('connect', () => {
        socket.setTimeout(0);
        resolve(socket);
      });
      socket.once('timeout', () => socket.destroy(new Error('connection timed out')));
      socket.once('error', reject);
    });
  return attempt('127.0.0.1').catch((error) => attempt('::1').catch(() => Promise.reject(error)));
}
