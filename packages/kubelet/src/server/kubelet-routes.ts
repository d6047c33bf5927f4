import type { Pod, PodStatus } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import { type Clock, checkHealth, type HealthCheck, type Logger, type Metrics } from '@coxswain/foundation';
import { json, plainText, type Route, type RoutedRequest } from './route.ts';
import { runningPods } from './running-pods.ts';
import { serveCheckpoint } from './serve-checkpoint.ts';
import { serveContainerLogs } from './serve-container-logs.ts';
import { runInContainer } from './serve-streams.ts';
import { serveSystemLogs } from './serve-system-logs.ts';

export interface KubeletRoutesOptions {
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
  readonly nodeName: string;
  /** `/var/log` unless given. */
  readonly systemLogs?: string;
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
      path: '/healthz/:',
      async answer({ params: [name] }) {
        const own = name === 'log' ? [{ name, check: () => {} }] : [];
        const found = [...checks, ...own].filter((each) => each.name === name);
        if (found.length === 0) return plainText(404, '404 page not found\n');
        const report = await checkHealth(`healthz/${name}`, found);
        return report.healthy
          ? plainText(200, 'ok')
          : plainText(500, `internal server error: ${report.text.split('failed: ')[1]}`);
      },
    },
    ...['/runningpods', '/runningpods/'].map((path) => ({
      method: 'GET',
      path,
      answer: async () => json(await runningPods(options.cri)),
    })),
    ...['/logs', '/logs/*'].map((path) => ({
      method: 'GET',
      path,
      answer: (request: RoutedRequest) => serveSystemLogs(options.systemLogs ?? '/var/log', request),
    })),
    {
      method: 'POST',
      path: '/checkpoint/:/:/:',
      answer: ({ params }) =>
        serveCheckpoint({ ...options, folder: '/var/lib/kubelet/checkpoints', now: () => options.clock.now() }, params),
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
