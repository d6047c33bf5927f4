import {
  deepEqual,
  isAlreadyExists,
  isNotFound,
  type Node,
  type NodeStatus,
  nodeKind,
  type Taint,
} from '@coxswain/api';
import type { ApiClient } from '@coxswain/client';
import type { CriClient, Image, RuntimeFeatures, RuntimeHandler, VersionResponse } from '@coxswain/cri';
import { Backoff, type Clock, type Logger } from '@coxswain/foundation';
import type { KubeletEvents } from '../events/pod-events.ts';
import type { NodePressure } from '../eviction/thresholds.ts';
import { computeNodeStatus, type NodeSettings, withoutHeartbeats } from './compute-node-status.ts';
import type { MachineInfo } from './machine-info.ts';
import { type RuntimeState, runtimeProblems } from './runtime-state.ts';

export interface NodeManagerOptions {
  readonly client: ApiClient;
  readonly cri: CriClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: KubeletEvents;
  readonly settings: NodeSettings;
  readonly machine: MachineInfo;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Ranges of pod addresses to register with, the main one first; the controller-manager gives some unless given. */
  readonly podCidrs?: readonly string[] | undefined;
  /** When the containers were last listed, milliseconds since the epoch. */
  readonly listedAt: () => number;
  /** Milliseconds between looks at the node while it is ready. */
  readonly statusUpdateMs: number;
  readonly onRuntimeReady: () => void;
  /** What the node runs short of; nothing unless given. */
  readonly pressures?: () => ReadonlySet<NodePressure>;
  /** Why the node takes no pods though its runtime is well; nothing unless given. */
  readonly unreadiness?: () => string | undefined;
}

/** An unchanged status is written again after this long. */
const REPORT_MS = 300_000;
const IMAGES_MS = 60_000;
const CRI_TIMEOUT_MS = 5000;
/** While the node isn't ready it is looked at this often. */
const IMPATIENT_MS = 500;

const PRESSURE_REASONS: Record<NodePressure, [good: string, bad: string]> = {
  MemoryPressure: ['NodeHasSufficientMemory', 'NodeHasInsufficientMemory'],
  DiskPressure: ['NodeHasNoDiskPressure', 'NodeHasDiskPressure'],
  PIDPressure: ['NodeHasSufficientPID', 'NodeHasInsufficientPID'],
};

/** Registers the Node, or adopts it, and keeps its status true. */
export class NodeManager {
  readonly #options: NodeManagerOptions;
  #node: Node | undefined;
  #state: RuntimeState = { conditions: [], answeredAt: 0, listedAt: 0 };
  #version: VersionResponse | undefined;
  /** Part of every container's id, so it stays while the runtime is away. */
  #runtimeName: string | undefined;
  #handlers: readonly RuntimeHandler[] = [];
  #features: RuntimeFeatures | undefined;
  #images: readonly Image[] = [];
  #imagesAt = 0;
  #reportedAt = 0;
  #ready = false;
  readonly #announced = new Map<NodePressure, boolean>();

  constructor(options: NodeManagerOptions) {
    this.#options = options;
  }

  get runtimeState(): RuntimeState {
    return { ...this.#state, listedAt: this.#options.listedAt() };
  }

  get node(): Node | undefined {
    return this.#node;
  }

  /** `docker`; asks the runtime once. @throws CriError when it doesn't answer */
  async runtimeName(signal: AbortSignal): Promise<string> {
    this.#runtimeName ??= (await this.#options.cri.version({}, { signal, timeoutMs: CRI_TIMEOUT_MS })).runtimeName;
    return this.#runtimeName;
  }

  /** Of the default runtime handler. */
  get recursiveReadOnlyMounts(): boolean {
    return this.#handlers.find(({ name }) => name === '')?.features?.recursiveReadOnlyMounts ?? false;
  }

  /** Asks the runtime how it is; what it said last stays when it doesn't answer. */
  async probeRuntime(signal: AbortSignal): Promise<void> {
    const { cri, clock, log } = this.#options;
    const call = { signal, timeoutMs: CRI_TIMEOUT_MS };
    try {
      this.#version ??= await cri.version({}, call);
      this.#runtimeName = this.#version.runtimeName;
      const answer = await cri.status({}, call);
      this.#state = { conditions: answer.status?.conditions ?? [], answeredAt: clock.now(), listedAt: 0 };
      this.#handlers = answer.runtimeHandlers;
      this.#features = answer.features;
      if (clock.now() - this.#imagesAt >= IMAGES_MS) {
        this.#images = (await cri.listImages({}, call)).images;
        this.#imagesAt = clock.now();
      }
    } catch (err) {
      if (!signal.aborted) log.debug({ err }, 'container runtime does not answer');
      // It may come back as another version.
      this.#version = undefined;
    }
  }

  /** Reads the Node anew; its labels may have changed since. */
  async refresh(signal: AbortSignal): Promise<Node | undefined> {
    const { client, settings } = this.#options;
    try {
      this.#node = await client.resource(nodeKind).get(settings.nodeName, { signal, timeoutMs: 5000 });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return this.#node;
  }

  /** Says at once what has changed of the node. */
  async report(signal: AbortSignal): Promise<void> {
    await this.#sync(signal);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, statusUpdateMs } = this.#options;
    const backoff = new Backoff({ initial: 200, max: 5000, jitter: 0.2 });
    while (!signal.aborted) {
      await this.probeRuntime(signal);
      try {
        await this.#sync(signal);
        backoff.reset();
        await clock.sleep(this.#ready ? statusUpdateMs : IMPATIENT_MS, signal).catch(() => {});
      } catch (err) {
        if (signal.aborted) return;
        log.warn({ err }, 'failed to update node status');
        await clock.sleep(backoff.next(), signal).catch(() => {});
      }
    }
  }

  async #sync(signal: AbortSignal): Promise<void> {
    const { client, clock, settings } = this.#options;
    const nodes = client.resource(nodeKind);
    const now = clock.now();
    this.#node ??= await this.#register(signal);
    const shutdown = this.#options.unreadiness?.();
    const problems = [...(shutdown ? [shutdown] : []), ...runtimeProblems(this.runtimeState, now)];
    const status = this.#compute(this.#node.status ?? {}, problems, now);
    const changed = !deepEqual(withoutHeartbeats(status), ownPart(withoutHeartbeats(this.#node.status ?? {}), status));
    if (changed || now - this.#reportedAt >= REPORT_MS) {
      try {
        const body = { status: toPatch(status, this.#node.status ?? {}) };
        this.#node = await nodes.patch(
          settings.nodeName,
          { type: 'strategic', body },
          { subresource: 'status', signal, timeoutMs: 10_000 },
        );
        this.#reportedAt = now;
      } catch (error) {
        if (isNotFound(error)) this.#node = undefined;
        throw error;
      }
    }
    this.#announce(problems.length === 0);
    this.#announcePressures();
  }

  #compute(old: NodeStatus, problems: readonly string[], now: number): NodeStatus {
    const { settings, machine } = this.#options;
    return computeNodeStatus({
      settings,
      machine,
      version: this.#version,
      runtimeHandlers: this.#handlers,
      features: this.#features,
      images: this.#images,
      problems,
      pressures: this.#options.pressures?.() ?? new Set(),
      old,
      now,
    });
  }

  async #register(signal: AbortSignal): Promise<Node> {
    const { client, clock, log, settings, labels, taints, podCidrs = [] } = this.#options;
    const nodes = client.resource(nodeKind);
    const name = settings.nodeName;
    const problems = runtimeProblems(this.runtimeState, clock.now());
    const fresh: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { ...labels } },
      spec: {
        ...(taints.length > 0 ? { taints: [...taints] } : {}),
        ...(podCidrs[0] === undefined ? {} : { podCIDR: podCidrs[0], podCIDRs: [...podCidrs] }),
      },
      status: this.#compute({}, problems, clock.now()),
    };
    try {
      const made = await nodes.create(fresh, { signal, timeoutMs: 10_000 });
      log.info({ node: name }, 'successfully registered node');
      return made;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    const found = await nodes.get(name, { signal, timeoutMs: 10_000 });
    const missing = Object.entries(labels).filter(([key, value]) => found.metadata.labels?.[key] !== value);
    if (missing.length === 0) return found;
    const body = { metadata: { labels: Object.fromEntries(missing) } };
    return nodes.patch(name, { type: 'strategic', body }, { signal, timeoutMs: 10_000 });
  }

  #announcePressures(): void {
    const { events, settings, pressures } = this.#options;
    const now = pressures?.() ?? new Set<NodePressure>();
    for (const [type, [good, bad]] of Object.entries(PRESSURE_REASONS) as [NodePressure, [string, string]][]) {
      // Also the first state of a node is told.
      if (this.#announced.get(type) === now.has(type)) continue;
      this.#announced.set(type, now.has(type));
      const reason = now.has(type) ? bad : good;
      const name = settings.nodeName;
      events.node({ metadata: { name } }, 'Normal', reason, `Node ${name} status is now: ${reason}`);
    }
  }

  #announce(ready: boolean): void {
    const { events, settings, onRuntimeReady, log } = this.#options;
    if (ready === this.#ready) return;
    this.#ready = ready;
    const reason = ready ? 'NodeReady' : 'NodeNotReady';
    events.node(
      { metadata: { name: settings.nodeName } },
      'Normal',
      reason,
      `Node ${settings.nodeName} status is now: ${reason}`,
    );
    log.info({ node: settings.nodeName, ready }, 'node readiness changed');
    if (ready) onRuntimeReady();
  }
}

/** What of the API's status the kubelet speaks for: conditions and addresses of others don't count as a change. */
function ownPart(old: NodeStatus, own: NodeStatus): NodeStatus {
  const part: Record<string, unknown> = {};
  for (const key of Object.keys(own)) part[key] = old[key as keyof NodeStatus];
  const types = new Set((own.conditions ?? []).map(({ type }) => type));
  part['conditions'] = (old.conditions ?? []).filter(({ type }) => types.has(type));
  return part as NodeStatus;
}

/** Addresses are merged by type, so that a second of one type needs the list replaced; gone capacities are removed. */
function toPatch(status: NodeStatus, old: NodeStatus): Record<string, unknown> {
  const gone = (list: 'capacity' | 'allocatable') =>
    Object.keys(old[list] ?? {})
      .filter((name) => !(name in (status[list] ?? {})) && name.startsWith('hugepages-'))
      .map((name) => [name, null]);
  return {
    ...status,
    capacity: { ...status.capacity, ...Object.fromEntries(gone('capacity')) },
    allocatable: { ...status.allocatable, ...Object.fromEntries(gone('allocatable')) },
    addresses: deepEqual(status.addresses, old.addresses)
      ? status.addresses
      : [...(status.addresses ?? []), { $patch: 'replace' }],
  };
}

/** The labels that every node has. */
export function defaultNodeLabels(nodeName: string, architecture: string): Record<string, string> {
  return {
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': 'linux',
    'beta.kubernetes.io/arch': architecture,
  };
}

/** Reads `key=value:Effect` of --register-with-taints; undefined for what isn't one. */
export function parseTaint(text: string): Taint | undefined {
  const match = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text);
  if (!match) return undefined;
  const [, key = '', value, effect = ''] = match;
  return { key, effect, ...(value ? { value } : {}) };
}
