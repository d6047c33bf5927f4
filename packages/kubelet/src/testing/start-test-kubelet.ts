import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pod, podKind } from '@coxswain/api';
import { FakeApiClient } from '@coxswain/client/testing';
import type { CriClient } from '@coxswain/cri';
import { FakeRuntime, type FakeRuntimeOptions, loopbackClient } from '@coxswain/cri/testing';
import { type Clock, silentLogger, systemClock } from '@coxswain/foundation';
import { eventually } from '@coxswain/foundation/testing';
import { Kubelet } from '../kubelet.ts';
import { DEFAULT_OPTIONS, type KubeletOptions } from '../kubelet-options.ts';
import type { NodeStats, NodeStatsSource } from '../stats/node-stats.ts';
import { bookMounter } from '../volumes/book-mounter.ts';
import type { Mounter } from '../volumes/mounter.ts';

/** A whole kubelet over a runtime and an apiserver that only keep books. */
export interface TestKubelet {
  readonly api: FakeApiClient;
  readonly runtime: FakeRuntime;
  readonly root: string;
  /** `Reason message` of every event so far. */
  readonly events: string[];
  readonly kubelet: Kubelet;
  pod(key: string): Pod | undefined;
  /** Waits until the pod's status is such. */
  until(key: string, probe: (pod: Pod) => boolean): Promise<Pod>;
  stop(): Promise<void>;
}

export interface TestKubeletOptions {
  readonly runtime?: FakeRuntime;
  readonly runtimeOptions?: FakeRuntimeOptions;
  /** A real runtime in place of the one that keeps books. */
  readonly cri?: CriClient;
  readonly mounter?: Mounter;
  readonly clock?: Clock;
  readonly api?: FakeApiClient;
  readonly root?: string;
  readonly kubelet?: Partial<KubeletOptions>;
  readonly nodeStats?: NodeStatsSource;
  /** Milliseconds between looks of the eviction manager. */
  readonly evictionIntervalMs?: number;
}

const NOTHING_KNOWN: NodeStats = {
  memory: undefined,
  cpuNanos: undefined,
  nodefs: undefined,
  imagefs: undefined,
  imageBytes: 0,
  processes: undefined,
  maxProcesses: undefined,
};

export async function startTestKubelet(options: TestKubeletOptions = {}): Promise<TestKubelet> {
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'kubelet-')));
  const podLogsDir = join(root, 'log/pods');
  const containerLogsDir = join(root, 'log/containers');
  await Promise.all([podLogsDir, containerLogsDir].map((path) => mkdir(path, { recursive: true })));
  const api = options.api ?? new FakeApiClient();
  const runtime = options.runtime ?? new FakeRuntime({ images: ['busybox:1.36'], ...options.runtimeOptions });
  const events: string[] = [];
  const note = (reason: string, message: string) => void events.push(`${reason} ${message}`);
  const stop = new AbortController();
  const kubelet = new Kubelet({
    options: {
      ...DEFAULT_OPTIONS,
      kubeconfig: '',
      containerRuntimeEndpoint: '',
      rootDir: root,
      podLogsDir,
      containerLogsDir,
      ...options.kubelet,
    },
    ...(options.evictionIntervalMs ? { evictionIntervalMs: options.evictionIntervalMs } : {}),
    nodeStats: options.nodeStats ?? (async () => NOTHING_KNOWN),
    nodeName: 'node-1',
    nodeIPs: ['192.0.2.1'],
    machine: {
      cpus: 4,
      memory: 8 * 2 ** 30,
      ephemeralStorage: 2 ** 36,
      machineID: 'm',
      systemUUID: 's',
      bootID: 'b',
      kernelVersion: '6.1',
      osImage: 'Test',
      architecture: 'amd64',
      swap: 0,
    },
    nodeDns: { servers: ['192.0.2.53'], searches: [], options: [] },
    client: api,
    cri: options.cri ?? loopbackClient(runtime.handlers),
    events: {
      pod: (_pod, _type, reason, message) => note(reason, message),
      container: (_pod, _container, _type, reason, message) => note(reason, message),
      node: (_node, _type, reason, message) => note(reason, message),
    },
    mounter: options.mounter ?? bookMounter(),
    clock: options.clock ?? systemClock,
    log: silentLogger(),
  });
  const running = kubelet.run(stop.signal);
  const pod = (key: string) => api.object(podKind, key);
  return {
    api,
    runtime,
    root,
    events,
    kubelet,
    pod,
    until: (key, probe) =>
      eventually(() => {
        const found = pod(key);
        if (!found || !probe(found))
          throw new Error(`${key}: ${JSON.stringify(found?.status ?? 'absent')}; ${events.join('; ')}`);
        return found;
      }),
    async stop() {
      stop.abort();
      await running.catch(() => {});
      if (!options.root) await rm(root, { recursive: true, force: true });
    },
  };
}
