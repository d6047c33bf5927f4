import { readFile } from 'node:fs/promises';
import type { Server as HttpsServer } from 'node:https';
import type { Pod, PodStatus } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import { type Clock, checkHealth, type HealthCheck, type Logger, type Metrics } from '@coxswain/foundation';
import { refuseUpgrade } from '@coxswain/streaming';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { serveContainerLogs } from './serve-container-logs.ts';
import { Refusal, runInContainer, serveStreams } from './serve-streams.ts';
import type { ServerAccess } from './server-access.ts';

export interface KubeletServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tlsCertFile: string;
  readonly tlsPrivateKeyFile: string;
  /** The authority of those who may call. */
  readonly clientCaFile: string;
  readonly access: Pick<ServerAccess, 'check'>;
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
  readonly nodeName: string;
  readonly pods: () => readonly Pod[];
  readonly statusOf: (pod: Pod) => PodStatus;
  /** Adds what others serve under the same rules. */
  readonly addRoutes?: (app: FastifyInstance) => void;
}

export interface KubeletServer {
  readonly port: number;
}

/** Serves the kubelet's API over TLS to whom `access` lets in, until the signal aborts. */
export async function startKubeletServer(options: KubeletServerOptions, signal: AbortSignal): Promise<KubeletServer> {
  const { tlsCertFile, tlsPrivateKeyFile, clientCaFile, host, port, access } = options;
  const [cert, key, ca] = await Promise.all(
    [tlsCertFile, tlsPrivateKeyFile, clientCaFile].map((path) => readFile(path)),
  );
  const app = fastify({
    https: { cert, key, ca, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    logger: false,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance<HttpsServer>;
  app.addHook('onRequest', async (request, reply) => {
    const refusal = await access.check(request.raw);
    return refusal && reply.code(refusal.code).type('text/plain; charset=utf-8').send(refusal.message);
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).type('text/plain; charset=utf-8').send('404 page not found\n'));
  addRoutes(app as unknown as FastifyInstance, options, signal);
  app.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    void access.check(request).then((refusal) => {
      if (refusal) refuseUpgrade(socket, refusal.code, refusal.message);
      else void serveStreams(options, request, socket, head, signal);
    });
  });
  await app.listen({ host, port });
  signal.addEventListener('abort', () => void app.close(), { once: true });
  const address = app.server.address();
  return { port: typeof address === 'object' && address ? address.port : port };
}

function addRoutes(app: FastifyInstance, options: KubeletServerOptions, signal: AbortSignal): void {
  const { metrics, checks, pods, statusOf } = options;
  app.get('/healthz', async (request, reply) => {
    const { searchParams } = queryOf(request);
    const report = await checkHealth('healthz', checks, { verbose: searchParams.has('verbose') });
    return reply
      .code(report.healthy ? 200 : 500)
      .type('text/plain; charset=utf-8')
      .send(report.text);
  });
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  app.get('/pods', async () => ({
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: {},
    items: pods().map((pod) => ({ ...pod, status: statusOf(pod) })),
  }));
  options.addRoutes?.(app);
  app.get('/containerLogs/:namespace/:pod/:container', (request, reply) =>
    serveContainerLogs(options, request, queryOf(request).searchParams, reply, signal),
  );
  app.post<{ Params: { namespace: string; pod: string; container: string } }>(
    '/run/:namespace/:pod/:container',
    async (request, reply) => {
      const cmd = queryOf(request).searchParams.get('cmd')?.split(' ') ?? [];
      try {
        return await runInContainer(options, { ...request.params, uid: undefined }, cmd);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return reply.code(error.code).type('text/plain; charset=utf-8').send(error.message);
      }
    },
  );
  const onlyUpgrades = async (_: FastifyRequest, reply: FastifyReply) =>
    reply.code(400).type('text/plain').send('Upgrade request required\n');
  for (const path of ['/exec/*', '/attach/*', '/portForward/*']) app.all(path, onlyUpgrades);
}

function queryOf(request: FastifyRequest): URL {
  return new URL(request.url, 'https://kubelet');
}
