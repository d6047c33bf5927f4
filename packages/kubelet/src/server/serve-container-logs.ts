import type { Pod, PodStatus } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import { aborted, type Clock, childController, type Logger } from '@coxswain/foundation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findLog } from './find-log.ts';
import { parseLogOptions } from './log-options.ts';
import { readLogs } from './read-logs.ts';

export interface LogServerOptions {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pods: () => readonly Pod[];
  readonly statusOf: (pod: Pod) => PodStatus;
}

/** `GET /containerLogs/<namespace>/<pod>/<container>`; ends when the reader goes away. */
export async function serveContainerLogs(
  options: LogServerOptions,
  request: FastifyRequest,
  query: URLSearchParams,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<unknown> {
  const { cri, clock, log, pods, statusOf } = options;
  const params = request.params as { namespace: string; pod: string; container: string };
  const refuse = (code: number, message: string) => reply.code(code).type('text/plain; charset=utf-8').send(message);
  const pod = pods().find(({ metadata }) => metadata.namespace === params.namespace && metadata.name === params.pod);
  if (!pod) return refuse(404, `pod "${params.pod}" does not exist\n`);
  const wanted = parseLogOptions(query, clock.now());
  if (typeof wanted === 'string') return refuse(422, `${wanted}\n`);
  const target = findLog(pod, statusOf(pod), params.container, wanted.previous);
  if (target.kind === 'error') return refuse(target.code, target.message);

  const containerId = target.id;
  const { status } = await cri.containerStatus({ containerId }).catch(() => ({ status: undefined }));
  if (!status?.logPath) return refuse(400, `container "${params.container}" in pod "${params.pod}" is not available`);

  const stop = childController(signal);
  request.raw.on('close', () => stop.abort());
  reply.raw.on('close', () => stop.abort());
  const isRunning = async () => {
    const { status: now } = await cri.containerStatus({ containerId }).catch(() => ({ status: undefined }));
    return now?.state === 'CONTAINER_RUNNING' || now?.state === 'CONTAINER_CREATED';
  };
  reply.hijack();
  const out = reply.raw;
  out.writeHead(200, { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' });
  out.flushHeaders();
  try {
    for await (const chunk of readLogs({ ...wanted, path: status.logPath, clock, isRunning }, stop.signal)) {
      if (stop.signal.aborted) break;
      if (!out.write(chunk))
        await Promise.race([new Promise((resolve) => out.once('drain', resolve)), aborted(stop.signal)]);
    }
  } catch (err) {
    log.warn({ err, pod: `${params.namespace}/${params.pod}` }, 'failed to read logs');
  } finally {
    out.end();
    stop.abort();
  }
  return reply;
}
