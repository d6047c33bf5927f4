import type { Pod, PodStatus } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import { aborted, type Clock, childController, type Logger } from '@coxswain/foundation';
import { findLog } from './find-log.ts';
import { findPod } from './find-pod.ts';
import { parseLogOptions } from './log-options.ts';
import { readLogs } from './read-logs.ts';
import { plainText, type RouteAnswer, type RoutedRequest } from './route.ts';

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
  { params: [namespace = '', podName = '', container = ''], query, raw, response: out }: RoutedRequest,
  signal: AbortSignal,
): Promise<RouteAnswer | undefined> {
  const { cri, clock, log, pods, statusOf } = options;
  const pod = findPod(pods(), { namespace, pod: podName, uid: undefined });
  if (!pod) return plainText(404, `pod "${podName}" does not exist\n`);
  const wanted = parseLogOptions(query, clock.now());
  if (typeof wanted === 'string') return plainText(422, `${wanted}\n`);
  const target = findLog(pod, statusOf(pod), container, wanted.previous);
  if (target.kind === 'error') return plainText(target.code, target.message);

  const containerId = target.id;
  const { status } = await cri.containerStatus({ containerId }).catch(() => ({ status: undefined }));
  if (!status?.logPath) return plainText(400, `container "${container}" in pod "${podName}" is not available`);

  const stop = childController(signal);
  raw.on('close', () => stop.abort());
  out.on('close', () => stop.abort());
  const isRunning = async () => {
    const { status: now } = await cri.containerStatus({ containerId }).catch(() => ({ status: undefined }));
    return now?.state === 'CONTAINER_RUNNING' || now?.state === 'CONTAINER_CREATED';
  };
  out.writeHead(200, { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' });
  out.flushHeaders();
  try {
    for await (const chunk of readLogs({ ...wanted, path: status.logPath, clock, isRunning }, stop.signal)) {
      if (stop.signal.aborted) break;
      if (!out.write(chunk))
        await Promise.race([new Promise((resolve) => out.once('drain', resolve)), aborted(stop.signal)]);
    }
  } catch (err) {
    log.warn({ err, pod: `${namespace}/${podName}` }, 'failed to read logs');
  } finally {
    out.end();
    stop.abort();
  }
  return undefined;
}
