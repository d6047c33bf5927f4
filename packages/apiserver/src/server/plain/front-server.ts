import { Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { PlainConnectionOptions } from './plain-connection.ts';
import { type IdleTimes, PlainConnections } from './plain-connections.ts';

/** Node's HTTPS server with plain GETs answered in front of it. */
export class FrontServer extends Server {
  readonly #plain: PlainConnections;

  constructor(options: ServerOptions, serve: PlainConnectionOptions['serve'], idle: IdleTimes) {
    super(options);
    const nodes = this.listeners('secureConnection') as ((socket: Socket) => void)[];
    this.removeAllListeners('secureConnection');
    const handOver = (socket: Socket) => {
      for (const listener of nodes) listener.call(this, socket);
    };
    this.#plain = new PlainConnections({ serve, handOver, ending: () => !this.listening }, idle);
    this.on('secureConnection', (socket) => this.#plain.accept(socket));
  }

  override closeIdleConnections(): void {
    super.closeIdleConnections();
    this.#plain.closeIdle();
  }

  override closeAllConnections(): void {
    super.closeAllConnections();
    this.#plain.closeAll();
  }
}
