import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type ClientConfig, createApiClient, runWithLeaderElection } from '@coxswain/client';
import { createMetrics, Gauge, type Logger, startHealthServer } from '@coxswain/foundation';
import { profilePlugins } from './config/profile-plugins.ts';
import { DEFAULT_CONFIGURATION, type SchedulerConfiguration } from './config/scheduler-configuration.ts';
import { httpExtender } from './extender/http-extender.ts';
import { schedulerMetrics } from './metrics.ts';
import { schedule } from './scheduler.ts';

export interface RunSchedulerOptions {
  readonly config: ClientConfig;
  readonly log: Logger;
  /** Where /healthz, /livez, /readyz and /metrics are served, over plain HTTP. */
  readonly bindAddress?: string;
  /** 0 takes a free port; none is opened unless given. */
  readonly port?: number;
  readonly leaderElection?: LeaderElectionFlags;
  /** Profiles, extenders and the like; upstream's defaults unless given. */
  readonly configuration?: SchedulerConfiguration;
}

export interface LeaderElectionFlags {
  readonly leaderElect: boolean;
  readonly resourceNamespace: string;
  readonly resourceName: string;
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** kube-scheduler: schedules while it leads, until the signal aborts. */
export async function runScheduler(options: RunSchedulerOptions, signal: AbortSignal): Promise<void> {
  const { config, log, leaderElection } = options;
  const client = createApiClient({ userAgent: 'kube-scheduler', ...config });
  const registry = createMetrics();
  const metrics = schedulerMetrics(registry, 'default-scheduler');
  const leading = new Gauge({
    name: 'leader_election_master_status',
    help: 'Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master.',
    labelNames: ['name'],
    registers: [registry],
  });
  if (options.port !== undefined) {
    const { port } = await startHealthServer(
      {
        port: options.port,
        ...(options.bindAddress === undefined ? {} : { host: options.bindAddress }),
        metrics: registry,
      },
      signal,
    );
    log.info({ port }, 'serving health and metrics');
  }
  const { profiles, extenders, percentageOfNodesToScore, podInitialBackoffMs, podMaxBackoffMs } =
    options.configuration ?? DEFAULT_CONFIGURATION;
  const ignored = extenders.flatMap(({ managedResources = [] }) =>
    managedResources.flatMap(({ name, ignoredByScheduler }) => (ignoredByScheduler ? [name] : [])),
  );
  const scheduling = {
    profiles: profiles.map((profile) => ({
      schedulerName: profile.schedulerName ?? 'default-scheduler',
      plugins: profilePlugins(profile, ignored),
      percentageOfNodesToScore: profile.percentageOfNodesToScore,
    })),
    extenders: extenders.map(httpExtender),
    percentageOfNodesToScore,
    initialBackoffMs: podInitialBackoffMs,
    maxBackoffMs: podMaxBackoffMs,
  };
  const run = (term: AbortSignal) => schedule({ client, log, metrics, ...scheduling }, term);
  try {
    if (!leaderElection?.leaderElect) await run(signal);
    else {
      const {
        resourceNamespace: namespace,
        resourceName: name,
        leaseDurationMs,
        renewDeadlineMs,
        retryPeriodMs,
      } = leaderElection;
      const identity = `${hostname()}_${randomUUID()}`;
      const onChange = (isLeader: boolean) => leading.set({ name }, isLeader ? 1 : 0);
      await runWithLeaderElection(
        { client, namespace, name, identity, leaseDurationMs, renewDeadlineMs, retryPeriodMs, log, onChange },
        signal,
        run,
      );
    }
  } finally {
    client.close();
  }
}
