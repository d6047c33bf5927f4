import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EtcdConnectionOptions } from './etcd-connection.ts';
import { GRPC_UNAVAILABLE, GrpcFailure } from './grpc-failure.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 30_000;
const PING_TIMEOUT_MS = 10_000;
/** What a server may send before it is read: pages of a list are megabytes. */
const STREAM_WINDOW_BYTES = 4 << 20;
const SESSION_WINDOW_BYTES = 16 << 20;
/** Node refuses streams beyond 10 MB of a session's requests in flight; the limits of the server bound them already. */
const SESSION_MEMORY_MB = 1024;

/** One HTTP/2 connection to one server. */
export class GrpcSession {
  readonly #session: ClientHttp2Session;
  readonly #authority: string;
  readonly #scheme: string;
  readonly #headers = new Map<string, string[]>();
  #usable = true;

  private constructor(session: ClientHttp2Session, socket: Socket, url: URL) {
    this.#session = session;
    this.#authority = url.host;
    this.#scheme = url.protocol.slice(0, -1);
    session.setLocalWindowSize(SESSION_WINDOW_BYTES);
    session.on('goaway', () => {
      this.#usable = false;
    });
    const keepalive = setInterval(() => this.#ping(), PING_EVERY_MS);
    keepalive.unref();
    socket.once('close', () => {
      clearInterval(keepalive);
      this.destroy();
    });
  }

  /** Rejects with a `GrpcFailure` when the server does not answer or its certificate is not its own. */
  static open(server: string, options: EtcdConnectionOptions): Promise<GrpcSession> {
    const url = new URL(server);
    const socket = openSocket(url, options);
    const settings = { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES };
    return new Promise((resolve, reject) => {
      let why: unknown = new Error('the connection was closed');
      const keep = (error: unknown) => {
        why = error;
      };
      const timer = setTimeout(() => {
        socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`));
      }, CONNECT_TIMEOUT_MS);
      const session = connect(url.origin, {
        createConnection: () => socket,
        settings,
        maxSessionMemory: SESSION_MEMORY_MB,
      });
      socket.on('error', keep);
      session.on('error', keep);
      // A session whose client certificate was refused is destroyed without a word; its socket always closes.
      socket.once('close', () => {
        clearTimeout(timer);
        reject(new GrpcFailure(GRPC_UNAVAILABLE, `${url.host}: ${String(why)}`, { cause: why }));
      });
      // The server's settings say that it has taken us in: a refused certificate shows only after the handshake.
      session.once('remoteSettings', () => {
        clearTimeout(timer);
        resolve(new GrpcSession(session, socket, url));
      });
    });
  }

  /** False once the connection is lost or on its way to be. */
  get usable(): boolean {
    return this.#usable && !this.#session.destroyed;
  }

  /** Opens a stream for a call, e.g. of `/etcdserverpb.KV/Range`. */
  request(path: string): ClientHttp2Stream {
    let headers = this.#headers.get(path);
    if (!headers) {
      headers = this.#headersOf(path);
      this.#headers.set(path, headers);
    }
    // Raw headers (Node 24.2) are passed on as they are; the types don't know them yet.
    return this.#session.request(headers as never, { endStream: false });
  }

  /** Ends the connection and every call on it. */
  destroy(): void {
    this.#usable = false;
    this.#session.destroy();
  }

  #headersOf(path: string): string[] {
    return [
      ...[':method', 'POST', ':scheme', this.#scheme, ':path', path, ':authority', this.#authority],
      ...['te', 'trailers', 'content-type', 'application/grpc', 'user-agent', 'coxswain-apiserver'],
      // etcd then ends a stream when its member has lost the leader.
      ...(path.endsWith('/Watch') ? ['hasleader', 'true'] : []),
    ];
  }

  #ping(): void {
    const timer = setTimeout(() => this.destroy(), PING_TIMEOUT_MS);
    timer.unref();
    try {
      this.#session.ping(() => clearTimeout(timer));
    } catch {
      clearTimeout(timer);
      this.destroy();
    }
  }
}

function openSocket({ protocol, hostname, port }: URL, { ca, cert, key }: EtcdConnectionOptions): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return connectTcp({ host, port: Number(port || 80), noDelay: true });
  const credentials = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port: Number(port || 443), ALPNProtocols: ['h2'], ...name, ...credentials });
}
