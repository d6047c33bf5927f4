import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@coxswain/foundation';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Admitted, type Corridor, isWrite } from './corridor.ts';
import { BODY_LIMIT_BYTES, statusOf } from './error-status.ts';
import { OpenResponses } from './open-responses.ts';
import type { Answer } from './request-context.ts';
import { serveUpgrade, wantsConnection } from './serve-upgrade.ts';
import { writeStream } from './write-answer.ts';

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
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    logger: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PATH_LENGTH },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendError(log, error, request, reply),
    ...(tls ? { https: { ...tlsSettings(tls), ...upgrades } } : { http: upgrades }),
  } as const;
  const server = Fastify(options as object) as unknown as FastifyInstance;
  server.server.on('upgrade', (request, socket, head) => {
    void serveUpgrade(corridor, log, request, socket, head);
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const admitted = new WeakMap<IncomingMessage, Admitted>();
  server.addHook('onRequest', (request, reply, done) => {
    open.add(reply.raw);
    try {
      admitted.set(request.raw, corridor.enter(request.raw, reply.raw));
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  server.setErrorHandler((error, request, reply) => sendError(log, error, request, reply));
  server.route({
    method: METHODS,
    url: '/*',
    handler: async (request, reply) => {
      const entry = admitted.get(request.raw);
      if (!entry) throw new Error('the request skipped the corridor');
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const context = { ...entry.context, body };
      const answer = await corridor.proceed({ info: entry.info, context });
      await send(log, answer, context.warnings, reply);
      return reply;
    },
  });
  return server;
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

async function send(log: Logger, answer: Answer, warnings: readonly string[], reply: FastifyReply): Promise<void> {
  const headers: Record<string, string | string[]> = { 'cache-control': 'no-cache, private' };
  if (warnings.length > 0) headers['warning'] = warnings.map(warningHeader);
  reply.hijack();
  const response: ServerResponse = reply.raw;
  if (answer.type === 'body') {
    const { code, contentType, body } = answer;
    const length = String(Buffer.byteLength(body));
    response.writeHead(code, { ...headers, ...answer.headers, 'content-type': contentType, 'content-length': length });
    response.end(body);
    return;
  }
  try {
    await writeStream(response, answer, headers);
  } catch (err) {
    if (!response.destroyed) log.warn({ err }, 'answer broke off');
    response.destroy();
  }
}

/** RFC 7234 warn-code 299, as upstream writes it. */
function warningHeader(text: string): string {
  return `299 - ${JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, '?')}`;
}

function sendError(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, unexpected } = statusOf(error, isWrite(request.method));
  const { method, url } = request;
  if (unexpected && !reply.raw.destroyed) log.error({ err: error, method, url }, 'request failed unexpectedly');
  const retry = status.details?.retryAfterSeconds;
  reply
    .code(status.code ?? 500)
    .headers({
      'cache-control': 'no-cache, private',
      'content-type': 'application/json',
      ...(retry ? { 'retry-after': String(retry) } : {}),
      ...(status.code === 401 ? { 'www-authenticate': 'Bearer realm="kubernetes"' } : {}),
    })
    .send(Buffer.from(JSON.stringify(status)));
}
