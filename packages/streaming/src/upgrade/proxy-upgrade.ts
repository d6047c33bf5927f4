import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from './refuse-upgrade.ts';

/** `headers` go beside those of the upgrade itself, which are the client's. */
export interface UpgradeTarget extends RequestOptions {
  readonly protocol: 'http:' | 'https:';
  readonly path: string;
}

export interface ProxyUpgradeOptions {
  readonly target: UpgradeTarget;
  /** Aborts the connection, also after the upgrade. */
  readonly signal: AbortSignal;
  /** Answers the client when the target can't be reached; by default a 502. */
  readonly onUnreachable?: (error: Error) => void;
  /** Longest wait for the target's answer. */
  readonly timeoutMs?: number;
}

const ANSWER_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 30_000;
const ERROR_BODY_MAX = 64 * 1024;
/** Of the client's headers only these go on: credentials are for us alone. */
const FORWARDED = /^(upgrade|x-stream-protocol-version|sec-websocket-(key|version|protocol|extensions))$/;

/**
 * Asks the target for the same upgrade and then passes bytes both ways. The client's bytes go on only once the target
 * has switched protocols: before, they could be a request of their own under our credentials. Never rejects; resolves
 * when the connection is over.
 */
export async function proxyUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  options: ProxyUpgradeOptions,
): Promise<void> {
  const { target, signal, onUnreachable, timeoutMs = ANSWER_TIMEOUT_MS } = options;
  client.on('error', () => client.destroy());
  const headers: OutgoingHttpHeaders = { ...(target.headers as OutgoingHttpHeaders), connection: 'Upgrade' };
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && FORWARDED.test(name)) headers[name] = value;
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const outgoing = send({ ...target, method: request.method ?? 'GET', headers, signal });
  const timer = setTimeout(() => outgoing.destroy(new Error('i/o timeout')), timeoutMs);
  const clientLeft = () => outgoing.destroy(new Error('the client has gone'));
  client.once('close', clientLeft);
  try {
    await new Promise<void>((resolve, reject) => {
      outgoing.once('error', reject);
      outgoing.once('response', (response) => passRefusal(response, client).then(resolve, reject));
      outgoing.once('upgrade', (response, server, rest) => {
        clearTimeout(timer);
        client.off('close', clientLeft);
        client.write(renderHead(response));
        if (rest.length > 0) client.write(rest);
        if (head.length > 0) server.write(head);
        passBytes(client, server, signal).then(resolve);
      });
      outgoing.end();
    });
  } catch (error) {
    if (client.destroyed) return;
    if (onUnreachable) onUnreachable(error as Error);
    else refuseUpgrade(client, 502, `unable to upgrade connection: ${(error as Error).message}\n`);
  } finally {
    clearTimeout(timer);
    client.off('close', clientLeft);
  }
}

function renderHead({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  let text = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}\r\n`;
}

/** The target refuses: its words for the client, and the connection is over. */
async function passRefusal(response: IncomingMessage, client: Duplex): Promise<void> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > ERROR_BODY_MAX) break;
  }
  const body = Buffer.concat(parts).toString('utf8');
  refuseUpgrade(client, response.statusCode ?? 502, body, response.headers['content-type']);
}

async function passBytes(client: Duplex, server: Duplex, signal: AbortSignal): Promise<void> {
  for (const socket of [client, server])
    if (socket instanceof Socket) {
      socket.setTimeout(0);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
    }
  const stop = () => {
    client.destroy();
    server.destroy();
  };
  if (signal.aborted) return stop();
  signal.addEventListener('abort', stop, { once: true });
  server.on('error', () => server.destroy());
  client.pipe(server);
  server.pipe(client);
  await new Promise<void>((resolve) => {
    let open = 2;
    const closed = (other: Duplex) => () => {
      // What is still to be written goes out; nothing can be read any more.
      if (!other.writableEnded) other.end();
      if (--open === 0) resolve();
      else setTimeout(() => other.destroy(), LINGER_MS).unref();
    };
    client.once('close', closed(server));
    server.once('close', closed(client));
  });
  signal.removeEventListener('abort', stop);
}

const LINGER_MS = 5_000;
