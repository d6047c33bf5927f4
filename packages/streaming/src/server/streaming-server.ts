import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@coxswain/foundation';
import type { Dial } from '../port-forward/serve-port-forward.ts';
import type { RunCommand, StreamChoice } from '../remote-command/session.ts';
import { refuseUpgrade } from '../upgrade/refuse-upgrade.ts';
import { serveUpgrade } from './serve-upgrade.ts';
import { TokenStore } from './token-store.ts';

/** What a client that comes with the URL gets. */
export type StreamingTask =
  | { readonly kind: 'exec' | 'attach'; readonly choice: StreamChoice; readonly run: RunCommand }
  | { readonly kind: 'portforward'; readonly ports: readonly number[]; readonly dial: Dial };

export interface StreamingServerOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly log: Logger;
  readonly now?: () => number;
}

const TOKEN_TTL_MS = 60_000;
const MOST_WAITING = 1000;

/** The CRI's streaming server: the RPCs Exec, Attach and PortForward give out its URLs, each good for one use within a minute. */
export class StreamingServer {
  readonly #options: StreamingServerOptions;
  readonly #tasks: TokenStore<StreamingTask>;
  readonly #sockets = new Set<Duplex>();
  #base = '';

  constructor(options: StreamingServerOptions) {
    this.#options = options;
    this.#tasks = new TokenStore({ now: options.now ?? Date.now, ttlMs: TOKEN_TTL_MS, limit: MOST_WAITING });
  }

  /** Resolves when it listens; ends with the signal, sessions and all. */
  async start(signal: AbortSignal): Promise<void> {
    const { address } = this.#options;
    const server = createServer((_request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end('Upgrade request required');
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
    const at = address.lastIndexOf(':');
    const host = address.slice(0, at).replace(/^\[|\]$/g, '');
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(Number(address.slice(at + 1)), host, resolve);
    });
    this.#base = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
    signal.addEventListener(
      'abort',
      () => {
        server.close();
        server.closeAllConnections();
        for (const socket of this.#sockets) socket.destroy();
      },
      { once: true },
    );
  }

  /** @throws when a thousand URLs wait to be used */
  url(task: StreamingTask): string {
    const token = this.#tasks.put(task);
    if (token === undefined) throw new Error('maximum number of in-flight requests exceeded');
    return `${this.#base}/${task.kind}/${token}`;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const [, kind, token = ''] = (request.url ?? '').split('/');
    const task = this.#tasks.take(token);
    if (!task || task.kind !== kind) {
      refuseUpgrade(socket, 404, '404 page not found\n');
      return;
    }
    serveUpgrade(task, request, socket, head).catch((err) => {
      this.#options.log.debug({ err, kind }, 'streaming session failed');
      socket.destroy();
    });
  }
}
