import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EtcdConnectionOptions } from './etcd-connection.ts';
import { GRPC_UNAVAILABLE, GrpcFailure } from './grpc-failure.ts';
import { encodeHeaders } from './http2/hpack.ts';
import { Http2Connection } from './http2/http2-connection.ts';
import type { Http2Stream, StreamEvents } from './http2/http2-stream.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 30_000;
const PING_TIMEOUT_MS = 10_000;
/** What a server may send before it is read: pages of a list are megabytes. */
const STREAM_WINDOW_BYTES = 4 << 20;
const SESSION_WINDOW_BYTES = 16 << 20;

/** One HTTP/2 connection to one server. */
export class GrpcSession {
  readonly #connection: Http2Connection;
  readonly #url: URL;
  readonly #headers = new Map<string, Buffer>();

  private constructor(connection: Http2Connection, socket: Socket, url: URL) {
    this.#connection = connection;
    this.#url = url;
    const keepalive = setInterval(() => this.#ping(), PING_EVERY_MS);
    keepalive.unref();
    socket.once('close', () => clearInterval(keepalive));
  }

  /** Rejects with a `GrpcFailure` when the server does not answer or its certificate is not its own. */
  static open(server: string, options: EtcdConnectionOptions): Promise<GrpcSession> {
    const url = new URL(server);
    const socket = openSocket(url, options);
    return new Promise((resolve, reject) => {
      let why: unknown = new Error('the connection was closed');
      const timer = setTimeout(() => {
        socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`));
      }, CONNECT_TIMEOUT_MS);
      socket.on('error', (error) => {
        why = error;
      });
      // A refused client certificate may show in nothing but the end.
      socket.once('close', () => {
        clearTimeout(timer);
        reject(new GrpcFailure(GRPC_UNAVAILABLE, `${url.host}: ${String(why)}`, { cause: why }));
      });
      const connection = new Http2Connection(socket, {
        streamWindowBytes: STREAM_WINDOW_BYTES,
        sessionWindowBytes: SESSION_WINDOW_BYTES,
        // The server's settings say that it has taken us in: a refused certificate shows only after the handshake.
        onReady: () => {
          clearTimeout(timer);
          resolve(new GrpcSession(connection, socket, url));
        },
      });
    });
  }

  /** False once the connection is lost or on its way to be. */
  get usable(): boolean {
    return this.#connection.usable;
  }

  /** Opens a stream for a call, e.g. of `/etcdserverpb.KV/Range`. */
  request(path: string, events: StreamEvents): Http2Stream {
    let headers = this.#headers.get(path);
    if (!headers) {
      headers = this.#headersOf(path);
      this.#headers.set(path, headers);
    }
    return this.#connection.open(headers, events);
  }

  /** Ends the connection and every call on it. */
  destroy(): void {
    this.#connection.destroy();
  }

  #headersOf(path: string): Buffer {
    const { protocol, host } = this.#url;
    return encodeHeaders({
      ':method': 'POST',
      ':scheme': protocol.slice(0, -1),
      ':path': path,
      ':authority': host,
      te: 'trailers',
      'content-type': 'application/grpc',
      'user-agent': 'coxswain-apiserver',
      // etcd then ends a stream when its member has lost the leader.
      ...(path.endsWith('/Watch') ? { hasleader: 'true' } : {}),
    });
  }

  #ping(): void {
    const timer = setTimeout(() => this.destroy(), PING_TIMEOUT_MS);
    timer.unref();
    this.#connection.ping(() => clearTimeout(timer));
  }
}

function openSocket({ protocol, hostname, port }: URL, { ca, cert, key }: EtcdConnectionOptions): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return connectTcp({ host, port: Number(port || 80), noDelay: true });
  const credentials = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ host, port: Number(port || 443), ALPNProtocols: ['h2'], ...name, ...credentials });
  socket.setNoDelay(true);
  return socket;
}
