import type { Socket } from 'node:net';
import { PlainConnection, type PlainConnectionOptions } from './plain-connection.ts';

export interface IdleTimes {
  /** For the first request of a connection. */
  readonly firstMs: number;
  /** Between two requests. */
  readonly keepAliveMs: number;
  /** How often idle connections are looked for; 5 s unless given. */
  readonly sweepMs?: number;
}

const SWEEP_MS = 5_000;

/** The connections that node's HTTP server does not know of (yet). */
export class PlainConnections {
  readonly #all = new Set<PlainConnection>();
  readonly #options: Omit<PlainConnectionOptions, 'onGone' | 'common'>;
  readonly #idle: IdleTimes;
  #sweep: NodeJS.Timeout | undefined;
  #common = '';
  #commonUntil = 0;

  constructor(options: Omit<PlainConnectionOptions, 'onGone' | 'common'>, idle: IdleTimes) {
    this.#options = options;
    this.#idle = idle;
  }

  accept(socket: Socket): void {
    const onGone = (connection: PlainConnection) => this.#all.delete(connection);
    this.#all.add(new PlainConnection(socket, { ...this.#options, common: () => this.#commonHead(), onGone }));
    this.#sweep ??= setInterval(() => this.#closeIdle(performance.now()), this.#idle.sweepMs ?? SWEEP_MS).unref();
  }

  /** Closes those that no request is worked on. */
  closeIdle(): void {
    this.#closeIdle(Number.POSITIVE_INFINITY);
  }

  closeAll(): void {
    for (const connection of this.#all) connection.destroy();
  }

  #closeIdle(now: number): void {
    const { firstMs, keepAliveMs } = this.#idle;
    for (const connection of this.#all) {
      const { idleSince, used } = connection;
      if (idleSince !== undefined && now - idleSince > (used ? keepAliveMs : firstMs)) connection.destroy();
    }
    if (this.#all.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  /** As node's server has it; the date is made once a second. */
  #commonHead(): string {
    const now = Date.now();
    if (this.#options.ending()) return `Date: ${new Date(now).toUTCString()}\r\nConnection: close\r\n`;
    if (now >= this.#commonUntil) {
      const seconds = Math.floor(this.#idle.keepAliveMs / 1000);
      this.#commonUntil = (Math.floor(now / 1000) + 1) * 1000;
      this.#common = `Date: ${new Date(now).toUTCString()}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${seconds}\r\n`;
    }
    return this.#common;
  }
}
