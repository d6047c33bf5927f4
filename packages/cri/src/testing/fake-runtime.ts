import { AsyncQueue, type Clock, systemClock } from '@coxswain/foundation';
import { CriError } from '../cri-error.ts';
import type { CriHandlers, Input, RpcName, UnaryRpcs } from '../cri-service.ts';
import type { ContainerEventResponse, ContainerEventType, ContainerState } from '../messages/container.ts';
import { msToNanos } from '../nanos.ts';
import { FakeImages } from './fake-images.ts';
import {
  containerMessage,
  containerStatus,
  type FakeContainer,
  type FakeSandbox,
  sandboxMessage,
  sandboxStatus,
} from './fake-messages.ts';
import { matchesLabels } from './matches-labels.ts';

/** What a fake container's process does. */
export interface FakeProcess {
  /** Milliseconds until the process ends by itself; it runs on unless given. */
  readonly exitAfterMs?: number;
  /** Exit code when it ends by itself; 0 unless given. */
  readonly exitCode?: number;
  /** Reason when it ends; `Completed` or `Error` by the exit code unless given. */
  readonly reason?: string;
  /** Milliseconds between SIGTERM and the end; 0 unless given, `Infinity` ignores it. */
  readonly stopDelayMs?: number;
  /** StartContainer fails with this message (as for a command that isn't there). */
  readonly startError?: string;
}

export interface FakeRuntimeOptions {
  readonly clock?: Clock;
  /** Images that are there from the start. */
  readonly images?: readonly string[];
  /** What a new container's process does, by its config. */
  readonly process?: (container: FakeContainer) => FakeProcess;
  readonly execSync?: (
    container: FakeContainer,
    cmd: readonly string[],
  ) => { exitCode?: number; stdout?: string; stderr?: string };
  /** Called before every RPC: wait to delay it, throw to fail it. */
  readonly before?: (rpc: RpcName, request: object) => void | Promise<void>;
  /** Keep each call in `calls`; true unless given. */
  readonly record?: boolean;
  /** IPv4 of the n-th sandbox; 10.244.0.<n+2> unless given. */
  readonly podIp?: (index: number) => string;
}

type Handler<M extends RpcName> = (request: UnaryRpcs[M]['request']) => Promise<Input<UnaryRpcs[M]['response']>>;

/**
 * A runtime that only keeps books: sandboxes and containers go through their states, no process runs. Serve it with
 * `serveCri(fake.handlers, …)` or call it in the same process through `loopbackClient(fake.handlers)`.
 */
export class FakeRuntime {
  readonly images: FakeImages;
  readonly sandboxes = new Map<string, FakeSandbox>();
  readonly containers = new Map<string, FakeContainer>();
  /** Every RPC in the order it came, for assertions. */
  readonly calls: { readonly rpc: RpcName; readonly request: object }[] = [];
  /** Turn to false for a node whose network isn't ready. */
  networkReady = true;
  readonly handlers: CriHandlers;
  readonly #options: FakeRuntimeOptions;
  readonly #clock: Clock;
  readonly #listeners = new Set<AsyncQueue<Input<ContainerEventResponse>>>();
  #ids = 0;

  constructor(options: FakeRuntimeOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.images = new FakeImages(options.images ?? []);
    this.handlers = this.#handlers();
  }

  /** Ends a running container as if its process had. */
  exit(containerId: string, exitCode: number, reason?: string): void {
    const container = this.#container(containerId);
    if (container.state !== 'CONTAINER_RUNNING') return;
    container.state = 'CONTAINER_EXITED';
    container.finishedAt = this.#now();
    container.exitCode = exitCode;
    container.reason = reason ?? (exitCode === 0 ? 'Completed' : 'Error');
    container.ended.abort();
    this.#emit(container.id, container.sandboxId, 'CONTAINER_STOPPED_EVENT');
  }

  /** Lets a sandbox die under its containers, as when the runtime's host restarts. */
  killSandbox(sandboxId: string): void {
    const sandbox = this.#sandbox(sandboxId);
    for (const container of this.#containersOf(sandboxId)) this.exit(container.id, 137, 'Error');
    if (sandbox.state === 'SANDBOX_NOTREADY') return;
    sandbox.state = 'SANDBOX_NOTREADY';
    this.#emit(sandboxId, sandboxId, 'CONTAINER_STOPPED_EVENT');
  }

  /** The containers of the pod, newest first. */
  containersOfPod(uid: string): FakeContainer[] {
    const ids = new Set([...this.sandboxes.values()].filter((s) => s.config.metadata?.uid === uid).map((s) => s.id));
    return [...this.containers.values()].filter((container) => ids.has(container.sandboxId)).reverse();
  }

  #handlers(): CriHandlers {
    const none = async () => ({});
    const streaming = async () => {
      throw new CriError('UNIMPLEMENTED', 'the fake runtime has no streaming');
    };
    const plain: { [M in RpcName]: Handler<M> } = {
      version: async () => ({
        version: '0.1.0',
        runtimeName: 'fake',
        runtimeVersion: '1.0.0',
        runtimeApiVersion: 'v1',
      }),
      status: async () => ({
        status: {
          conditions: [
            { type: 'RuntimeReady', status: true },
            this.networkReady
              ? { type: 'NetworkReady', status: true }
              : {
                  type: 'NetworkReady',
                  status: false,
                  reason: 'NetworkPluginNotReady',
                  message: 'Network plugin returns error: cni plugin not initialized',
                },
          ],
        },
      }),
      runtimeConfig: async () => ({ linux: { cgroupDriver: 'CGROUPFS' } }),
      updateRuntimeConfig: none,
      runPodSandbox: async ({ config }) => this.#runPodSandbox(config),
      stopPodSandbox: async ({ podSandboxId }) => {
        if (this.sandboxes.has(podSandboxId)) this.killSandbox(podSandboxId);
        return {};
      },
      removePodSandbox: async ({ podSandboxId }) => this.#removePodSandbox(podSandboxId),
      podSandboxStatus: async ({ podSandboxId }) => ({
        status: sandboxStatus(this.#sandbox(podSandboxId)),
        containersStatuses: this.#containersOf(podSandboxId).map(containerStatus),
        timestamp: this.#now(),
      }),
      listPodSandbox: async ({ filter }) => ({
        items: [...this.sandboxes.values()]
          .filter((s) => !filter?.id || s.id === filter.id)
          .filter((s) => !filter?.state || s.state === filter.state.state)
          .filter((s) => matchesLabels(s.config.labels, filter?.labelSelector))
          .map(sandboxMessage),
      }),
      updatePodSandboxResources: none,
      createContainer: async ({ podSandboxId, config, sandboxConfig }) => {
        const sandbox = this.#sandbox(podSandboxId);
        if (!config) throw new CriError('INVALID_ARGUMENT', 'container config is empty');
        const image = this.images.find(config.image?.image ?? '');
        if (!image) throw new CriError('NOT_FOUND', `No such image: ${config.image?.image}`);
        const container: FakeContainer = {
          id: this.#id('c'),
          sandboxId: sandbox.id,
          config,
          imageId: image.id,
          state: 'CONTAINER_CREATED',
          createdAt: this.#now(),
          startedAt: 0n,
          finishedAt: 0n,
          exitCode: 0,
          reason: '',
          message: '',
          logPath: `${sandboxConfig?.logDirectory || sandbox.config.logDirectory}/${config.logPath}`,
          process: {},
          ended: new AbortController(),
        };
        container.process = this.#options.process?.(container) ?? {};
        this.containers.set(container.id, container);
        this.#emit(container.id, sandbox.id, 'CONTAINER_CREATED_EVENT');
        return { containerId: container.id };
      },
      startContainer: async ({ containerId }) => this.#startContainer(containerId),
      stopContainer: async ({ containerId, timeout }) => {
        const container = this.containers.get(containerId);
        if (container?.state !== 'CONTAINER_RUNNING') return {};
        const { stopDelayMs = 0, exitCode = 143 } = container.process;
        const grace = timeout * 1000;
        const killed = stopDelayMs > grace;
        const wait = killed ? grace : stopDelayMs;
        if (wait > 0) await this.#clock.sleep(wait, container.ended.signal).catch(() => {});
        this.exit(containerId, killed ? 137 : exitCode);
        return {};
      },
      removeContainer: async ({ containerId }) => {
        const container = this.containers.get(containerId);
        if (!container) return {};
        this.exit(containerId, 137);
        this.containers.delete(containerId);
        this.#emit(containerId, container.sandboxId, 'CONTAINER_DELETED_EVENT');
        return {};
      },
      listContainers: async ({ filter }) => ({
        containers: [...this.containers.values()]
          .filter((c) => !filter?.id || c.id === filter.id)
          .filter((c) => !filter?.podSandboxId || c.sandboxId === filter.podSandboxId)
          .filter((c) => !filter?.state || c.state === filter.state.state)
          .filter((c) => matchesLabels(c.config.labels, filter?.labelSelector))
          .map(containerMessage),
      }),
      containerStatus: async ({ containerId }) => ({ status: containerStatus(this.#container(containerId)) }),
      updateContainerResources: async ({ containerId, linux }) => {
        const container = this.#container(containerId);
        if (linux) container.config = { ...container.config, linux: { ...container.config.linux, resources: linux } };
        return {};
      },
      reopenContainerLog: async ({ containerId }) => {
        this.#running(containerId);
        return {};
      },
      checkpointContainer: streaming,
      execSync: async ({ containerId, cmd }) => {
        const answer = this.#options.execSync?.(this.#running(containerId), cmd) ?? {};
        return {
          exitCode: answer.exitCode ?? 0,
          stdout: Buffer.from(answer.stdout ?? ''),
          stderr: Buffer.from(answer.stderr ?? ''),
        };
      },
      exec: streaming,
      attach: streaming,
      portForward: streaming,
      containerStats: async ({ containerId }) => ({ stats: this.#stats(this.#container(containerId)) }),
      listContainerStats: async ({ filter }) => ({
        stats: [...this.containers.values()]
          .filter((c) => c.state === 'CONTAINER_RUNNING')
          .filter((c) => !filter?.id || c.id === filter.id)
          .filter((c) => !filter?.podSandboxId || c.sandboxId === filter.podSandboxId)
          .filter((c) => matchesLabels(c.config.labels, filter?.labelSelector))
          .map((c) => this.#stats(c)),
      }),
      podSandboxStats: async ({ podSandboxId }) => ({ stats: this.#sandboxStats(this.#sandbox(podSandboxId)) }),
      listPodSandboxStats: async ({ filter }) => ({
        stats: [...this.sandboxes.values()]
          .filter((s) => !filter?.id || s.id === filter.id)
          .filter((s) => matchesLabels(s.config.labels, filter?.labelSelector))
          .map((s) => this.#sandboxStats(s)),
      }),
      listImages: async ({ filter }) => ({ images: this.images.list(filter?.image?.image) }),
      imageStatus: async ({ image }) => ({ image: this.images.find(image?.image ?? '') }),
      pullImage: async ({ image }) => ({ imageRef: this.images.pull(image?.image ?? '').id }),
      removeImage: async ({ image }) => {
        this.images.remove(image?.image ?? '');
        return {};
      },
      imageFsInfo: async () => ({
        imageFilesystems: [
          { timestamp: this.#now(), fsId: { mountpoint: '/' }, usedBytes: { value: 0 }, inodesUsed: { value: 0 } },
        ],
      }),
    };
    const handlers: Record<string, unknown> = {
      getContainerEvents: (_request: object, { signal }: { signal: AbortSignal }) => this.#events(signal),
    };
    for (const [name, handler] of Object.entries(plain) as [RpcName, (request: object) => Promise<object>][]) {
      handlers[name] = async (request: object) => {
        if (this.#options.record !== false) this.calls.push({ rpc: name, request });
        await this.#options.before?.(name, request);
        return handler(request);
      };
    }
    return handlers as CriHandlers;
  }

  #runPodSandbox(config: FakeSandbox['config'] | undefined) {
    const metadata = config?.metadata;
    if (!config || !metadata) throw new CriError('INVALID_ARGUMENT', 'sandbox metadata is empty');
    const hostNetwork = config.linux?.securityContext?.namespaceOptions?.network === 'NODE';
    if (!hostNetwork && !this.networkReady)
      throw new CriError('UNKNOWN', 'failed to setup network for sandbox: cni plugin not initialized');
    const index = this.#ids;
    const sandbox: FakeSandbox = {
      id: this.#id('s'),
      config,
      state: 'SANDBOX_READY',
      createdAt: this.#now(),
      ip: hostNetwork ? '' : (this.#options.podIp?.(index) ?? `10.244.${index >> 8}.${(index & 255) + 2}`),
    };
    this.sandboxes.set(sandbox.id, sandbox);
    this.#emit(sandbox.id, sandbox.id, 'CONTAINER_CREATED_EVENT');
    this.#emit(sandbox.id, sandbox.id, 'CONTAINER_STARTED_EVENT');
    return { podSandboxId: sandbox.id };
  }

  #removePodSandbox(id: string) {
    if (!this.sandboxes.has(id)) return {};
    this.killSandbox(id);
    for (const container of this.#containersOf(id)) this.containers.delete(container.id);
    this.sandboxes.delete(id);
    this.#emit(id, id, 'CONTAINER_DELETED_EVENT');
    return {};
  }

  #startContainer(id: string) {
    const container = this.#container(id);
    const { startError, exitAfterMs, exitCode = 0, reason } = container.process;
    if (container.state !== 'CONTAINER_CREATED')
      throw new CriError('FAILED_PRECONDITION', `container ${id} is in state ${container.state}`);
    if (startError !== undefined) {
      container.state = 'CONTAINER_EXITED';
      container.exitCode = 128;
      container.reason = 'ContainerCannotRun';
      container.message = startError;
      container.finishedAt = this.#now();
      throw new CriError('UNKNOWN', startError);
    }
    container.state = 'CONTAINER_RUNNING';
    container.startedAt = this.#now();
    this.#emit(id, container.sandboxId, 'CONTAINER_STARTED_EVENT');
    if (exitAfterMs !== undefined) {
      void this.#clock.sleep(exitAfterMs, container.ended.signal).then(
        () => this.containers.has(id) && this.exit(id, exitCode, reason),
        () => {},
      );
    }
    return {};
  }

  async *#events(signal: AbortSignal): AsyncGenerator<Input<ContainerEventResponse>> {
    const queue = new AsyncQueue<Input<ContainerEventResponse>>();
    const close = () => queue.close();
    signal.addEventListener('abort', close, { once: true });
    this.#listeners.add(queue);
    try {
      yield* queue;
    } finally {
      this.#listeners.delete(queue);
      signal.removeEventListener('abort', close);
    }
  }

  #emit(containerId: string, sandboxId: string, type: ContainerEventType): void {
    if (this.#listeners.size === 0) return;
    const sandbox = this.sandboxes.get(sandboxId);
    const event: Input<ContainerEventResponse> = {
      containerId,
      containerEventType: type,
      createdAt: this.#now(),
      podSandboxStatus: sandbox && sandboxStatus(sandbox),
      containersStatuses: this.#containersOf(sandboxId).map(containerStatus),
    };
    for (const queue of this.#listeners) queue.push(event);
  }

  #stats(container: FakeContainer) {
    const timestamp = this.#now();
    return {
      attributes: {
        id: container.id,
        metadata: container.config.metadata,
        labels: container.config.labels,
        annotations: container.config.annotations,
      },
      cpu: { timestamp, usageCoreNanoSeconds: { value: 1_000_000 }, usageNanoCores: { value: 1000 } },
      memory: { timestamp, workingSetBytes: { value: 1 << 20 }, usageBytes: { value: 1 << 20 } },
    };
  }

  #sandboxStats(sandbox: FakeSandbox) {
    const { metadata, labels, annotations } = sandbox.config;
    return {
      attributes: { id: sandbox.id, metadata, labels, annotations },
      linux: { containers: this.#containersOf(sandbox.id).map((c) => this.#stats(c)) },
    };
  }

  #sandbox(id: string): FakeSandbox {
    const sandbox = this.sandboxes.get(id);
    if (!sandbox) throw new CriError('NOT_FOUND', `No such sandbox: ${id}`);
    return sandbox;
  }

  #container(id: string): FakeContainer {
    const container = this.containers.get(id);
    if (!container) throw new CriError('NOT_FOUND', `No such container: ${id}`);
    return container;
  }

  #running(id: string): FakeContainer {
    const container = this.#container(id);
    const running: ContainerState = 'CONTAINER_RUNNING';
    if (container.state !== running) throw new CriError('FAILED_PRECONDITION', `container ${id} is not running`);
    return container;
  }

  #containersOf(sandboxId: string): FakeContainer[] {
    return [...this.containers.values()].filter((container) => container.sandboxId === sandboxId);
  }

  #id(kind: string): string {
    return `${kind}${(++this.#ids).toString(16).padStart(63, '0')}`;
  }

  #now(): bigint {
    return msToNanos(this.#clock.now());
  }
}
