import type { Pod, PodStatus } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import { type Clock, checkHealth, type HealthCheck, type Logger, type Metrics } from '@coxswain/foundation';
import { json, plainText, type Route } from './route.ts';
import { serveContainerLogs } from './serve-container-logs.ts';
import { runInContainer } from './serve-streams.ts';

export interface KubeletRoutesOptions {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
  readonly nodeName: string;
  readonly pods: () => readonly Pod[];
  readonly statusOf: (pod: Pod) => PodStatus;
}

/** Health, metrics, pods, logs, commands; what needs an upgrade says so to other requests. */
export function kubeletRoutes(options: KubeletRoutesOptions, signal: AbortSignal): Route[] {
  const { metrics, checks, pods, statusOf } = options;
  return [
    {
      method: 'GET',
      path: '/healthz',
      async answer({ query }) {
        const report = await checkHealth('healthz', checks, { verbose: query.has('verbose') });
        return plainText(report.healthy ? 200 : 500, report.text);
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      answer: async () => ({ type: metrics.contentType, body: await metrics.metrics() }),
    },
    {
      method: 'GET',
      path: '/pods',
      answer: () => {
        const items = pods().map((pod) => ({ ...pod, status: statusOf(pod) }));
        return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items });
      },
    },
    {
      method: 'GET',
      path: '/containerLogs/:/:/:',
      answer: (request) => serveContainerLogs(options, request, signal),
    },
    {
      method: 'POST',
      path: '/run/:/:/:',
      async answer({ params, query }) {
        const [namespace = '', pod = '', container = ''] = params;
        const cmd = query.get('cmd')?.split(' ') ?? [];
        const output = await runInContainer(options, { namespace, pod, container, uid: undefined }, cmd);
        return { type: 'application/octet-stream', body: output };
      },
    },
    ...['/exec/*', '/attach/*', '/portForward/*'].map((path) => ({
      path,
      answer: () => plainText(400, 'Upgrade request required\n'),
    })),
  ];
}
