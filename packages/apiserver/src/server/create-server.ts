import { createServer as createHttpServer, type Server } from 'node:http';
import { DEFAULT_CIPHERS } from 'node:tls';
import type { Logger } from '@coxswain/foundation';
import { type Admitted, type Corridor, isWrite } from './corridor.ts';
import { statusOf } from './error-status.ts';
import { OpenResponses } from './open-responses.ts';
import { FrontServer } from './plain/front-server.ts';
import type { PlainRequest } from './plain/plain-request.ts';
import type { PlainResponse } from './plain/plain-response.ts';
import { hasBody, readBody } from './read-body.ts';
import { refuseMalformed } from './refuse-malformed.ts';
import type { Asked, Reply } from './reply.ts';
import type { RequestInfo } from './request-info.ts';
import { serveUpgrade, wantsConnection } from './serve-upgrade.ts';
import { writeAnswer, writeStatus } from './write-answer.ts';

export interface TlsOptions {
  /** PEM texts. */
  readonly cert: string;
  readonly key: string;
  /** Authority of client certificates; without it none is asked for. */
  readonly clientCa?: string | undefined;
}

/** Longer than Go's clients keep idle connections, so that it is they who close them. */
const KEEP_ALIVE_MS = 180_000;
/** For receiving a request with its body. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * The HTTP server: every request walks the corridor, every error becomes a Status. Plain HTTP without `tls` (tests). It is
 * node's own, but for GETs of one object over TLS, which are read and answered in front of it (`plain/`).
 */
export function createServer(corridor: Corridor, log: Logger, tls?: TlsOptions, open = new OpenResponses()): Server {
  const options = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    shouldUpgradeCallback: wantsConnection,
  };
  const take = (request: Asked, response: Reply, routed?: RequestInfo) => {
    open.add(response);
    const refused = (error: unknown) => refuse(log, error, request, response);
    try {
      const entered = corridor.enter(request, response, routed);
      const go = (admitted: Admitted) => void serve(corridor, log, admitted);
      if (entered instanceof Promise) entered.then(go, refused);
      else go(entered);
    } catch (error) {
      refused(error);
    }
  };
  const serveGet = (request: PlainRequest, response: PlainResponse) => {
    const routed = corridor.routePlainGet(request.url);
    if (routed) take(request, response, routed);
    return routed !== undefined;
  };
  const idle = { firstMs: REQUEST_TIMEOUT_MS, keepAliveMs: KEEP_ALIVE_MS };
  const server: Server = tls
    ? new FrontServer({ ...options, ...tlsSettings(tls) }, serveGet, idle)
    : createHttpServer(options);
  server.on('clientError', refuseMalformed);
  server.on('upgrade', (request, socket, head) => {
    void serveUpgrade(corridor, log, request, socket, head);
  });
  server.on('request', (request, response) => {
    if (!server.listening) response.setHeader('connection', 'close');
    take(request, response);
  });
  return server;
}

/** Whether the handler reads the body itself, as it comes. */
function takesBody({ info }: Admitted): boolean {
  return info.type === 'resource' && info.proxyPath !== undefined;
}

/** The rest of the corridor. Never rejects. */
async function serve(corridor: Corridor, log: Logger, admitted: Admitted): Promise<void> {
  const { context } = admitted;
  const { request, response } = context.raw;
  try {
    if (hasBody(request) && !takesBody(admitted)) context.body = await readBody(request);
    const answer = await corridor.proceed(admitted);
    if (!context.expired && !response.destroyed) await writeAnswer(response, answer, context);
  } catch (error) {
    if (context.expired) return;
    if (!response.headersSent) {
      refuse(log, error, request, response);
      return;
    }
    if (!response.destroyed) log.warn({ err: error }, 'answer broke off');
    response.destroy();
  }
}

const CHEAPEST = 'TLS_AES_128_GCM_SHA256';
/** As Go's servers prefer them: AES-128 first, which costs both sides less. */
const CIPHERS = [CHEAPEST, ...DEFAULT_CIPHERS.split(':').filter((cipher) => cipher !== CHEAPEST)].join(':');

function tlsSettings({ cert, key, clientCa }: TlsOptions): object {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    requestCert: clientCa !== undefined,
    rejectUnauthorized: false,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
  };
}

function refuse(log: Logger, error: unknown, { method = 'GET', url, headers }: Asked, response: Reply): void {
  const { status, unexpected } = statusOf(error, isWrite(method));
  if (response.destroyed) return;
  if (unexpected) log.error({ err: error, method, url }, 'request failed unexpectedly');
  writeStatus(response, status, headers.accept);
}
