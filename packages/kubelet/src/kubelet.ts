import {
  isNotFound,
  type Pod,
  type PodStatus,
  podKind,
  runtimeClassKind,
  type Service,
  serviceKind,
} from '@coxswain/api';
import { type ApiClient, createInformer, type Informer } from '@coxswain/client';
import type { CriClient } from '@coxswain/cri';
import type { Clock, Logger } from '@coxswain/foundation';
import type { CgroupManager } from './cgroups/cgroup-manager.ts';
import { isMirrorPod, isStaticPod } from './config/static-pod.ts';
import { StaticPodSource } from './config/static-pod-source.ts';
import { StaticPods } from './config/static-pods.ts';
import type { ContainerManagerOptions } from './container/container-manager-options.ts';
import type { DnsSettings } from './container/dns-config.ts';
import { limitCri } from './container/limit-cri.ts';
import { podLogDirectory } from './container/log-paths.ts';
import { podContainers, uidOf } from './container/pod-containers.ts';
import { RestartBackoff } from './container/restart-backoff.ts';
import { WaitingReasons } from './container/waiting-reasons.ts';
import type { KubeletEvents } from './events/pod-events.ts';
import { parseThresholds } from './eviction/thresholds.ts';
import { ImageManager } from './images/image-manager.ts';
import { pullSecretsOf } from './images/pull-secrets.ts';
import type { KubeletOptions } from './kubelet-options.ts';
import { computeResources } from './node/compute-node-status.ts';
import type { MachineInfo } from './node/machine-info.ts';
import { runNodeLease } from './node/node-lease.ts';
import { defaultNodeLabels, NodeManager } from './node/node-manager.ts';
import { shutdownPeriods } from './node/plan-shutdown.ts';
import { networkProblem } from './node/runtime-state.ts';
import { ShutdownManager } from './node/shutdown-manager.ts';
import { createNodeKeepers } from './node-keepers.ts';
import { Pleg, type RuntimeCounts } from './pleg/pleg.ts';
import { unenforceableAppArmor } from './pod-workers/app-armor.ts';
import { forbiddenSysctl } from './pod-workers/forbidden-sysctl.ts';
import { KubeletPodSyncer } from './pod-workers/kubelet-pod-syncer.ts';
import { PodWorkers } from './pod-workers/pod-workers.ts';
import { ProbeManager } from './prober/probe-manager.ts';
import type { ProbeMetrics } from './prober/probe-metrics.ts';
import type { PodDisks } from './stats/disk-usage.ts';
import { type NodeStatsSource, systemNodeStats } from './stats/node-stats.ts';
import { StatusManager } from './status/status-manager.ts';
import { cleanUpOrphans } from './sync-loop/housekeeping.ts';
import { SyncLoop } from './sync-loop/sync-loop.ts';
import { ApiClaimSource } from './volumes/claim-source.ts';
import type { Mounter } from './volumes/mounter.ts';
import { ObjectWatches } from './volumes/object-watches.ts';
import { podPaths } from './volumes/pod-paths.ts';
import { ReferenceCache } from './volumes/reference-cache.ts';
import { TokenSource } from './volumes/token-source.ts';
import { VolumeManager } from './volumes/volume-manager.ts';

export interface KubeletDependencies {
  readonly options: KubeletOptions;
  readonly nodeName: string;
  readonly nodeIPs: readonly string[];
  readonly machine: MachineInfo;
  /** Ranges of pod addresses that the Node registers with; the controller-manager gives some unless given. */
  readonly podCidrs?: readonly string[];
  /** What the node's resolv.conf says. */
  readonly nodeDns: DnsSettings;
  readonly client: ApiClient;
  /** For the Node and its lease alone, so that they don't wait behind anything; `client` unless given. */
  readonly heartbeatClient?: ApiClient;
  readonly cri: CriClient;
  readonly events: KubeletEvents;
  readonly mounter: Mounter;
  /** Control groups of pods; the runtime places containers unless given. */
  readonly cgroups?: CgroupManager | undefined;
  /** How full the node is; the kernel's and the runtime's word unless given. */
  readonly nodeStats?: NodeStatsSource;
  /** Milliseconds between looks of the eviction manager; 10 s unless given. */
  readonly evictionIntervalMs?: number;
  readonly probeMetrics?: ProbeMetrics | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** What kubelets of one process read together; a kubelet has watches of its own unless given. */
  readonly shared?: SharedSources;
}

/** Sources that feed several kubelets. Whoever makes them runs the informers as well. */
export interface SharedSources {
  /** The pods of one node. */
  pods(nodeName: string): Informer<Pod>;
  readonly services: Informer<Service>;
  readonly objects: ObjectWatches;
}

/** Calls to the runtime under way at once, but for those that wait for something else. */
const CRI_LIMITS = { calls: 10, sandboxes: 4 };
const SERVICES_TIMEOUT_MS = 10_000;
/** The runtime hasn't been listed for this long: unhealthy. */
const UNHEALTHY_MS = 180_000;

/** One node's kubelet, wired from its managers; does nothing until `run`. */
export class Kubelet {
  readonly #deps: KubeletDependencies;
  #workers: PodWorkers | undefined;
  #statuses: StatusManager | undefined;
  #pleg: Pleg | undefined;
  #shutdown: ShutdownManager | undefined;
  #volumes: VolumeManager | undefined;

  constructor(dependencies: KubeletDependencies) {
    this.#deps = dependencies;
  }

  /** The pods of this node that have a worker. */
  pods(): Pod[] {
    const workers = this.#workers;
    return workers ? workers.uids.map((uid) => workers.pod(uid)).filter((pod) => pod !== undefined) : [];
  }

  /** What the runtime holds; undefined before it was listed. */
  runtimeCounts(): RuntimeCounts | undefined {
    return this.#pleg?.listedAt ? this.#pleg.counts : undefined;
  }

  /** Where the pods of this node whose volumes are set up have files of their own, by uid. */
  podDisks(): ReadonlyMap<string, PodDisks> {
    const { podLogsDir: pods, containerLogsDir: containers } = this.#deps.options;
    const disks = new Map<string, PodDisks>();
    for (const pod of this.pods()) {
      const volumes = this.#volumes?.measured.get(uidOf(pod));
      const folder = podLogDirectory({ pods, containers }, pod);
      const logs = podContainers(pod).map(({ container }) => [container.name, `${folder}/${container.name}`] as const);
      if (volumes) disks.set(uidOf(pod), { volumes, logs: new Map(logs) });
    }
    return disks;
  }

  statusOf(pod: Pod): PodStatus {
    return this.#statuses?.get(uidOf(pod)) ?? pod.status ?? {};
  }

  /** @throws when the kubelet can't do its work */
  checkHealth(): void {
    const listedAt = this.#pleg?.listedAt ?? 0;
    if (listedAt > 0 && this.#deps.clock.now() - listedAt > UNHEALTHY_MS)
      throw new Error('the container runtime has not been listed for three minutes');
  }

  /** Graceful node shutdown, as far as the options ask for one; `run` goes on until its signal aborts. */
  async shutDown(): Promise<void> {
    await this.#shutdown?.shutDown();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { options, nodeName, nodeIPs, machine, nodeDns, client, events, mounter, clock, log, cgroups, shared } =
      this.#deps;
    const driver = options.cgroupDriver;
    const cri = limitCri(this.#deps.cri, CRI_LIMITS);
    const thresholds = parseThresholds({
      hard: options.evictionHard,
      soft: options.evictionSoft,
      softGracePeriod: options.evictionSoftGracePeriod,
      minimumReclaim: options.evictionMinimumReclaim,
    });
    const { allocatable } = computeResources({ ...options, evictionThresholds: thresholds }, machine);
    const paths = podPaths(options.rootDir);

    const wake = (kind: 'runtime' | 'probe' | 'reference') => (uid: string) => loop.push({ kind, uid });
    const references = new ReferenceCache(
      {
        client,
        watches: shared?.objects ?? new ObjectWatches({ client, log, clock }, signal),
        onChange: (uids) => {
          for (const uid of uids) loop.push({ kind: 'reference', uid });
        },
      },
      signal,
    );
    const tokens = new TokenSource(client, clock);
    const services = shared?.services ?? createInformer(client, serviceKind, {}, { log, clock });
    const statuses = new StatusManager({ client, clock, log }, signal);
    const probes = new ProbeManager(
      { cri, clock, log, events, onChange: wake('probe'), metrics: this.#deps.probeMetrics },
      signal,
    );
    const volumes = new VolumeManager({
      paths,
      references,
      tokens,
      mounter,
      events,
      clock,
      claims: new ApiClaimSource(client),
      node: () => node.node,
    });
    this.#volumes = volumes;
    const pleg = new Pleg({
      cri,
      clock,
      log,
      onChange: wake('runtime'),
      onReconnect: () => loop.push({ kind: 'reconnected' }),
    });
    const heartbeatClient = this.#deps.heartbeatClient ?? client;
    const node = new NodeManager({
      client: heartbeatClient,
      cri,
      clock,
      log,
      events,
      settings: {
        nodeName,
        nodeIPs,
        port: options.port,
        maxPods: options.maxPods,
        kubeReserved: options.kubeReserved,
        systemReserved: options.systemReserved,
        evictionThresholds: thresholds,
      },
      pressures: () => keepers.eviction.pressures,
      unreadiness: () => shutdown.unreadiness,
      machine,
      labels: { ...defaultNodeLabels(nodeName, machine.architecture), ...options.nodeLabels },
      taints: options.registerWithTaints,
      podCidrs: this.#deps.podCidrs,
      listedAt: () => pleg.listedAt,
      statusUpdateMs: Math.min(5000, options.nodeStatusUpdateFrequency),
      onRuntimeReady: () => loop.push({ kind: 'reconnected' }),
    });
    const containers: ContainerManagerOptions = {
      cri,
      images: new ImageManager({
        cri,
        backoff: new RestartBackoff({ clock }),
        events,
        clock,
        credentials: (pod) => pullSecretsOf(pod, references, events),
      }),
      references,
      services: async (pod) => {
        // A static pod doesn't wait for the API.
        if (!services.synced && isStaticPod(pod)) return [];
        if (!services.synced)
          await services
            .waitForSync(AbortSignal.any([signal, AbortSignal.timeout(SERVICES_TIMEOUT_MS)]))
            .catch(() => {});
        if (!services.synced)
          throw new Error('services have not yet been read at least once, cannot construct envvars');
        return services.lister.list();
      },
      events,
      clock,
      log,
      paths,
      mounter,
      sandbox: {
        dns: { servers: options.clusterDns, domain: options.clusterDomain, node: nodeDns },
        logs: { pods: options.podLogsDir, containers: options.containerLogsDir },
        cgroups: {
          perQos: options.cgroupsPerQos && (driver === 'systemd' || cgroups !== undefined),
          root: options.cgroupRoot,
          driver,
        },
      },
      runtimeHandler: async (name) => {
        try {
          return (await client.resource(runtimeClassKind).get(name, { signal, timeoutMs: 10_000 })).handler ?? '';
        } catch (error) {
          if (isNotFound(error)) throw new Error(`RuntimeClass "${name}" not found`);
          throw error;
        }
      },
      backoff: new RestartBackoff({ clock }),
      waiting: new WaitingReasons(),
      memoryCapacity: machine.memory,
      allocatable: () => allocatable,
      hostIPs: () => nodeIPs,
      recursiveReadOnlyMounts: () => node.recursiveReadOnlyMounts,
    };
    const syncer = new KubeletPodSyncer({
      cri,
      clock,
      log,
      containers,
      volumes,
      references,
      tokens,
      probes,
      statuses,
      networkProblem: () => networkProblem(node.runtimeState),
      runtimeName: () => node.runtimeName(signal),
      node: async (refresh) => (refresh ? node.refresh(signal) : node.node),
      cgroups,
      refuse: (pod) =>
        shutdown.admit() ??
        keepers.eviction.admit(pod) ??
        forbiddenSysctl(pod, options.allowedUnsafeSysctls) ??
        unenforceableAppArmor(pod, machine.appArmor ?? false),
    });
    const workers = new PodWorkers({ syncer, clock, log, resyncMs: options.syncFrequency }, signal);
    const pods =
      shared?.pods(nodeName) ??
      createInformer(client, podKind, { fieldSelector: `spec.nodeName=${nodeName}` }, { log, clock });
    const statics = new StaticPods({
      client,
      clock,
      log,
      nodeName,
      node: () => node.node,
      mirrors: () => pods.lister.list().filter(isMirrorPod),
      ready: () => pods.synced && source.ready,
      hasWorker: (uid) => workers.has(uid),
      start: (pod) => loop.push({ kind: 'pod', pod }),
      end: (uid) => loop.push({ kind: 'removed', uid }),
      onMirror: (uid, mirror) => statuses.observeMirror(uid, mirror),
    });
    const source = new StaticPodSource({
      path: options.staticPodPath,
      url: options.staticPodURL,
      urlHeaders: options.staticPodURLHeader,
      nodeName,
      fileCheckMs: options.fileCheckFrequency,
      httpCheckMs: options.httpCheckFrequency,
      clock,
      log,
      onPods: (found) => statics.set(found),
    });
    const loop = new SyncLoop({
      sourcesReady: () => source.ready,
      pods,
      workers,
      statuses,
      clock,
      log,
      housekeeping: () => cleanUpOrphans({ cri, workers, pleg, containers, volumes, log, cgroups }, signal),
    });
    const podsKnown = () => pods.synced && source.ready && pleg.listedAt > 0;
    const keepers = createNodeKeepers({
      options,
      thresholds,
      nodeName,
      evictionIntervalMs: this.#deps.evictionIntervalMs ?? 10_000,
      memoryCapacity: machine.memory,
      stats: this.#deps.nodeStats ?? systemNodeStats({ rootDir: options.rootDir, cri }),
      cri,
      clock,
      log,
      events,
      paths,
      logs: containers.sandbox.logs,
      workers,
      syncer,
      podsKnown,
    });
    const shutdown = new ShutdownManager({
      periods: shutdownPeriods(options),
      activePods: () => syncer.admitted().filter((pod) => workers.isActive(uidOf(pod))),
      podsKnown: () =>
        podsKnown() &&
        pods.lister
          .list()
          .every((pod) => isMirrorPod(pod) || pod.metadata.deletionTimestamp !== undefined || syncer.isJudged(pod)),
      condemn: (uid, verdict) => syncer.condemn(uid, verdict),
      terminate: (uid, grace) => workers.terminate(uid, grace),
      isTerminated: (uid) => workers.isTerminated(uid),
      report: () => node.report(signal),
      isReported: () => statuses.idle,
      clock,
      log,
    });
    this.#shutdown = shutdown;
    this.#workers = workers;
    this.#statuses = statuses;
    this.#pleg = pleg;

    events.node({ metadata: { name: nodeName } }, 'Normal', 'Starting', 'Starting kubelet.');
    await node.probeRuntime(signal);
    await Promise.all([
      node.run(signal),
      runNodeLease({ client: heartbeatClient, clock, log, nodeName, node: () => node.node }, signal),
      pleg.run(signal),
      ...(shared ? [] : [services.run(signal), pods.run(signal)]),
      keepers.run(signal),
      source.run(signal),
      statics.run(signal),
      loop.run(signal),
    ]);
  }
}
