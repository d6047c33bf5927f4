import { serveCri } from '@coxswain/cri';
import { type Clock, KeyedSerialiser, type Logger, systemClock } from '@coxswain/foundation';
import { StreamingServer } from '@coxswain/streaming';
import { ownCapabilities } from './capabilities.ts';
import { PodNetwork } from './cni/pod-network.ts';
import { ContainerStore, type Entry } from './container-store.ts';
import { ContainerUsers } from './container-users.ts';
import type { DockerEngine } from './docker/docker-engine.ts';
import { dockerodeEngine } from './docker/dockerode-engine.ts';
import { type Happening, watchDocker } from './docker-watch.ts';
import { EventHub } from './event-hub.ts';
import { criHandlers } from './handlers.ts';
import { ImageNames } from './image-names.ts';
import { ContainerLogs, logStateDir } from './logs/container-logs.ts';
import { OomKills } from './oom-kills.ts';
import { ReadOnlyTrees } from './read-only-trees.ts';
import { renderEvent } from './rpc/get-container-events.ts';
import { loggedContainer } from './rpc/start-container.ts';
import type { Runtime } from './runtime.ts';
import { SandboxRecords } from './sandbox-records.ts';
import { StatsReader } from './stats/stats-reader.ts';
import { Dialers } from './streaming/dialers.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';

export interface CriDockerOptions {
  /** Where the CRI is served, `unix:///run/cri-docker.sock`. */
  readonly listen: string;
  readonly dockerHost: string;
  readonly cniBinDir: string;
  readonly cniConfDir: string;
  readonly podInfraContainerImage: string;
  /** Where exec, attach and port-forward are served, `host:port`. */
  readonly streamingBindAddr: string;
  readonly rootDir: string;
  /** See `OomKills`; Docker's events decide unless given. */
  readonly oomKillsDir?: string | undefined;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Stands in for Docker in tests. */
  readonly engine?: DockerEngine;
  readonly capabilities?: ReadonlySet<string>;
}

const SWEEP_MS = 300_000;

/** Serves the CRI over a Docker engine until the signal aborts. The engine may come and go meanwhile. */
export async function runCriDocker(options: CriDockerOptions, signal: AbortSignal): Promise<void> {
  const { log, clock = systemClock } = options;
  const runtime = await createRuntime(options, signal);
  const { store, engine, events, logs } = runtime;
  // A sandbox is told of when its network is up, not when Docker starts its process.
  const onHappening = (happening: Happening) => {
    const early = happening.type === 'CONTAINER_CREATED_EVENT' || happening.type === 'CONTAINER_STARTED_EVENT';
    if (!(early && happening.id === happening.sandboxId)) events.publish(happening);
  };
  const followLogs = (entries: readonly Entry[], ended: boolean) => {
    for (const entry of entries) {
      const { Running, Status } = entry.docker.State;
      if (entry.type === 'container' && (Running || (ended && Status !== 'created')))
        logs.follow(loggedContainer(entry));
    }
  };
  // Also finds the containers that Docker could not show when their logs were to be followed.
  const sweep = async () => {
    try {
      const entries = await store.complete();
      followLogs(entries, false);
      await sweepLeftovers(runtime, entries);
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, 'sweep of leftovers failed');
    }
  };
  const onSynced = (first: boolean) => {
    void (async () => {
      followLogs(await store.list(), first);
      if (first) await sweep();
    })().catch((err) => log.warn({ err }, 'catching up with docker failed'));
  };
  const onOom = (id: string) => runtime.oomKills.note(id);
  const watching = watchDocker({ engine, store, clock, log, onHappening, onOom, onSynced }, signal);
  const { endpoint, closed } = await serveCri(criHandlers(runtime), options.listen, signal);
  log.info({ endpoint, dockerHost: options.dockerHost }, 'serving the container runtime interface');
  const sweeping = (async () => {
    while (!signal.aborted) {
      await clock.sleep(SWEEP_MS, signal).catch(() => {});
      if (!signal.aborted) await sweep();
    }
  })();
  await Promise.all([watching, closed, sweeping]);
}

/** Everything behind the RPCs, nothing of it running yet. */
export async function createRuntime(options: CriDockerOptions, signal: AbortSignal): Promise<Runtime> {
  const { log, clock = systemClock, rootDir, cniConfDir: confDir, cniBinDir: binDir } = options;
  const engine = options.engine ?? dockerodeEngine(options.dockerHost);
  const store = new ContainerStore(engine);
  const records = new SandboxRecords(rootDir);
  await records.load();
  const isRunning = async (id: string) => (await engine.inspectContainer(id))?.State.Running ?? false;
  const streaming = new StreamingServer({ address: options.streamingBindAddr, log, now: () => clock.now() });
  await streaming.start(signal);
  const dialers = new Dialers();
  signal.addEventListener('abort', () => dialers.close(), { once: true });
  const said = new Set<string>();
  const runtime: Runtime = {
    engine,
    store,
    records,
    readOnlyTrees: new ReadOnlyTrees(rootDir),
    network: new PodNetwork({ confDir, binDir, log }),
    logs: new ContainerLogs({ engine, stateDir: logStateDir(rootDir), clock, log, isRunning }, signal),
    events: new EventHub((happening) => renderEvent(runtime, happening), clock, log),
    images: new ImageNames(engine),
    users: new ContainerUsers(),
    oomKills: new OomKills({ dir: options.oomKillsDir, clock }),
    stats: new StatsReader(clock),
    streaming,
    dialers,
    clock,
    log,
    turns: new KeyedSerialiser(),
    unstarted: new Set(),
    podInfraContainerImage: options.podInfraContainerImage,
    capabilities: options.capabilities ?? ownCapabilities(),
    warnOnce(key, message, fields = {}) {
      if (said.has(key)) return;
      said.add(key);
      log.warn(fields, message);
    },
  };
  return runtime;
}
