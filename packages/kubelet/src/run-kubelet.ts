import { mkdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { createApiClient, createEventRecorder, loadKubeconfig } from '@coxswain/client';
import { createCriClient } from '@coxswain/cri';
import {
  aborted,
  childController,
  createLogger,
  createMetrics,
  type Logger,
  startHealthServer,
  systemClock,
  UsageError,
} from '@coxswain/foundation';
import { type CgroupManager, createCgroupManager } from './cgroups/cgroup-manager.ts';
import { parseResolvConf } from './container/dns-config.ts';
import { cpuMilli, memoryBytes } from './container/resources.ts';
import { meteredCri } from './cri-metrics.ts';
import { recorderEvents } from './events/recorder-events.ts';
import { Kubelet } from './kubelet.ts';
import { kubeletMetrics } from './kubelet-metrics.ts';
import type { KubeletOptions } from './kubelet-options.ts';
import { computeResources } from './node/compute-node-status.ts';
import { lowerOomScore } from './node/lower-oom-score.ts';
import { findNodeIP, type MachineInfo, readMachineInfo } from './node/machine-info.ts';
import { shutdownPeriods } from './node/plan-shutdown.ts';
import { ProbeMetrics } from './prober/probe-metrics.ts';
import { ServerAccess } from './server/server-access.ts';
import { startKubeletServer } from './server/start-server.ts';
import { DiskUsage } from './stats/disk-usage.ts';
import { systemNodeStats } from './stats/node-stats.ts';
import { statsRoutes } from './stats/stats-routes.ts';
import { volumeMetrics } from './stats/volume-metrics.ts';
import { systemMounter } from './volumes/mounter.ts';

/**
 * Runs this node's pods until the signal aborts; their containers go on without it.
 * @throws UsageError for a kubeconfig that can't be used; what is only away is waited for
 */
export async function runKubelet(options: KubeletOptions, stop: AbortSignal): Promise<void> {
  // With a graceful shutdown the pods end before anything of the kubelet does.
  const endsPods = shutdownPeriods(options).length > 0;
  const life = endsPods ? new AbortController() : childController(stop);
  const { signal } = life;
  const log = createLogger({ component: 'kubelet', level: options.logLevel ?? 'info' });
  const clock = systemClock;
  const nodeName = (options.hostnameOverride || hostname()).toLowerCase();
  if (!options.containerRuntimeEndpoint) throw new UsageError('the kubelet needs --container-runtime-endpoint');
  const client = createApiClient(loadKubeconfig(options.kubeconfig));
  const recorder = createEventRecorder({ client, component: 'kubelet', host: nodeName, log });
  await Promise.all(
    [options.rootDir, options.podLogsDir, options.containerLogsDir].map((path) => mkdir(path, { recursive: true })),
  );
  await lowerOomScore(log);
  const metrics = createMetrics();
  const cri = meteredCri(createCriClient(options.containerRuntimeEndpoint), metrics, clock);
  const machine = await readMachineInfo(options.rootDir);
  const nodeStats = systemNodeStats({ rootDir: options.rootDir, cri });
  const probes = createMetrics({ defaults: false });
  const kubelet = new Kubelet({
    probeMetrics: new ProbeMetrics(probes),
    options,
    nodeName,
    nodeIPs: options.nodeIPs?.length ? options.nodeIPs : [await findNodeIP()],
    machine,
    nodeStats,
    cgroups: await podCgroups(options, machine, log),
    nodeDns: parseResolvConf(await readFile(options.resolvConf, 'utf8').catch(() => '')),
    client,
    cri,
    events: recorderEvents(recorder),
    mounter: systemMounter,
    clock,
    log,
  });
  const disks = new DiskUsage({ pods: () => kubelet.podDisks(), periodMs: options.volumeStatsAggPeriod, clock, log });
  kubeletMetrics(metrics, kubelet, nodeName);
  volumeMetrics(metrics, kubelet, disks);
  const checks = [
    { name: 'ping', check: () => {} },
    { name: 'syncloop', check: () => kubelet.checkHealth() },
  ];
  if (options.healthzPort > 0)
    await startHealthServer({ host: options.healthzBindAddress, port: options.healthzPort, metrics, checks }, signal);
  const { tlsCertFile, tlsPrivateKeyFile, clientCaFile } = options;
  if (tlsCertFile && tlsPrivateKeyFile && clientCaFile) {
    const { port } = await startKubeletServer(
      {
        host: options.address,
        port: options.port,
        tlsCertFile,
        tlsPrivateKeyFile,
        clientCaFile,
        access: new ServerAccess({
          tokens: options.authenticationTokenWebhook,
          mode: options.authorizationMode,
          client,
          clock,
          nodeName,
        }),
        cri,
        clock,
        log,
        metrics,
        checks,
        nodeName,
        pods: () => kubelet.pods(),
        statusOf: (pod) => kubelet.statusOf(pod),
        routes: statsRoutes({ options, nodeName, machine, cri, stats: nodeStats, disks, probes }),
      },
      signal,
    );
    log.info({ port }, 'starting to listen');
  } else log.warn('no server: it needs --tls-cert-file, --tls-private-key-file and --client-ca-file');

  log.info({ node: nodeName }, 'starting kubelet');
  if (endsPods)
    void aborted(stop)
      .then(() => kubelet.shutDown())
      .catch((err) => log.error({ err }, 'graceful shutdown failed'))
      .finally(() => life.abort(stop.reason));
  try {
    await Promise.all([kubelet.run(signal), disks.run(signal)]);
  } finally {
    recorder.close();
    cri.close();
    client.close();
  }
}

/** systemd makes the slices that the runtime names to it; with cgroupfs the kubelet makes the groups. */
async function podCgroups(
  options: KubeletOptions,
  machine: MachineInfo,
  log: Logger,
): Promise<CgroupManager | undefined> {
  if (!options.cgroupsPerQos || options.cgroupDriver === 'systemd') return undefined;
  const { allocatable } = computeResources({ ...options, evictionThresholds: [] }, machine);
  return createCgroupManager({
    log,
    mountpoint: '/sys/fs/cgroup',
    root: options.cgroupRoot,
    allocatable: { milliCpu: cpuMilli(allocatable), memory: memoryBytes(allocatable) },
  });
}
