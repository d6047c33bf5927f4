import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@coxswain/foundation';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Admitted, type Corridor, isWrite } from './corridor.ts';
import { statusOf } from './error-status.ts';
import { OpenResponses } from './open-responses.ts';
import { hasBody, readBody } from './read-body.ts';
import { refuseMalformed } from './refuse-malformed.ts';
import { serveUpgrade, wantsConnection } from './serve-upgrade.ts';
import { writeAnswer, writeStatus } from './write-answer.ts';

export interface TlsOptions {
  /** PEM texts. */
  readonly cert: string;
  readonly key: string;
  /** Authority of client certificates; without it none is asked for. */
  readonly clientCa?: string | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const MAX_PATH_LENGTH = 8192;
/** Longer than Go's clients keep idle connections, so that it is they who close them. */
const KEEP_ALIVE_MS = 180_000;
/** For receiving a request with its body. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The HTTP server: every request walks the corridor, every error becomes a Status. Plain HTTP without `tls` (tests). */
export function createServer(
  corridor: Corridor,
  log: Logger,
  tls?: TlsOptions,
  open = new OpenResponses(),
): FastifyInstance {
  const upgrades = { shouldUpgradeCallback: wantsConnection };
  const options = {
    exposeHeadRoutes: false,
    return503OnClosing: false,
    logger: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseMalformed,
    routerOptions: { maxParamLength: MAX_PATH_LENGTH },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendError(log, error, request, reply),
    ...(tls ? { https: { ...tlsSettings(tls), ...upgrades } } : { http: upgrades }),
  } as const;
  const server = Fastify(options as object) as unknown as FastifyInstance;
  server.server.on('upgrade', (request, socket, head) => {
    void serveUpgrade(corridor, log, request, socket, head);
  });
  // All that fastify would do after this is of no use here: bodies are read as they are, answers written as they are.
  server.addHook('onRequest', (request, reply, done) => {
    open.add(reply.raw);
    try {
      const entered = corridor.enter(request.raw, reply.raw);
      const go = (admitted: Admitted) => {
        reply.hijack();
        void serve(corridor, log, admitted);
      };
      if (entered instanceof Promise) entered.then(go).catch(done);
      else go(entered);
    } catch (error) {
      done(error as Error);
    }
  });
  server.setErrorHandler((error, request, reply) => sendError(log, error, request, reply));
  server.route({
    method: METHODS,
    url: '/*',
    handler() {
      throw new Error('the request skipped the corridor');
    },
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

function tlsSettings({ cert, key, clientCa }: TlsOptions): object {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    requestCert: clientCa !== undefined,
    rejectUnauthorized: false,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
  };
}

function sendError(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  refuse(log, error, request.raw, reply.raw);
}

function refuse(
  log: Logger,
  error: unknown,
  { method = 'GET', url, headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const { status, unexpected } = statusOf(error, isWrite(method));
  if (response.destroyed) return;
  if (unexpected) log.error({ err: error, method, url }, 'request failed unexpectedly');
  writeStatus(response, status, headers.accept);
}
