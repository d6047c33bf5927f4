import type { Container, Pod, Probe } from '@coxswain/api';
import type { CriClient } from '@coxswain/cri';
import { type Clock, childController, type Logger } from '@coxswain/foundation';
import { podContainers, podKey, uidOf } from '../container/pod-containers.ts';
import { type ContainerRuntimeStatus, latestOf, type PodRuntimeStatus, podIPsOf } from '../container/runtime-status.ts';
import type { KubeletEvents } from '../events/pod-events.ts';
import { ProbeLoop, type Verdict } from './probe-loop.ts';
import type { ProbeMetrics } from './probe-metrics.ts';

export type ProbeKind = 'readiness' | 'liveness' | 'startup';

export interface ProbeManagerOptions {
  readonly cri: Pick<CriClient, 'execSync'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: KubeletEvents;
  /** Called when a result of a pod changed. */
  readonly onChange: (uid: string) => void;
  readonly random?: () => number;
  readonly metrics?: ProbeMetrics | undefined;
}

interface Watched {
  readonly uid: string;
  readonly containerId: string;
  readonly stop: AbortController;
  readonly loops: Partial<Record<ProbeKind, ProbeLoop>>;
  readonly forgetMetrics: () => void;
}

const PREFIX: Record<ProbeKind, 'Readiness' | 'Liveness' | 'Startup'> = {
  readiness: 'Readiness',
  liveness: 'Liveness',
  startup: 'Startup',
};

const SAID = {
  failure: 'failed',
  warning: 'warning',
  unknown: 'errored and resulted in unknown state',
} as const;

/** Probes the running containers of this node; one loop a probe of a container id. */
export class ProbeManager {
  readonly #options: ProbeManagerOptions;
  readonly #signal: AbortSignal;
  readonly #watched = new Map<string, Watched>();
  /** The pods as last seen, whose addresses probes go to. */
  readonly #addresses = new Map<string, string>();

  constructor(options: ProbeManagerOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** Starts what runs and isn't probed yet, ends what runs no more. `fallbackIP` is for host network. */
  update(pod: Pod, status: PodRuntimeStatus, fallbackIP: string): void {
    const uid = uidOf(pod);
    this.#addresses.set(uid, podIPsOf(status)[0] ?? fallbackIP);
    const running = new Set<string>();
    for (const { container, role } of podContainers(pod)) {
      if (role === 'init' && container.restartPolicy !== 'Always') continue;
      const current = latestOf(status, container.name);
      if (current?.state !== 'running') continue;
      running.add(current.id);
      if (!this.#watched.has(current.id) && hasProbe(container)) this.#watch(pod, container, current);
    }
    for (const { uid: owner, containerId } of [...this.#watched.values()])
      if (owner === uid && !running.has(containerId)) this.#unwatch(containerId);
  }

  /** While a pod ends only readiness is still of interest. */
  stopLivenessAndStartup(uid: string): void {
    for (const { uid: owner, loops } of this.#watched.values()) {
      if (owner !== uid) continue;
      loops.liveness?.stop();
      loops.startup?.stop();
    }
  }

  remove(uid: string): void {
    this.#addresses.delete(uid);
    for (const { uid: owner, containerId } of [...this.#watched.values()])
      if (owner === uid) this.#unwatch(containerId);
  }

  liveness(containerId: string): Verdict {
    return this.#watched.get(containerId)?.loops.liveness?.verdict ?? 'success';
  }

  startup(containerId: string): Verdict {
    return this.#watched.get(containerId)?.loops.startup?.verdict ?? 'unknown';
  }

  /** Passed its startup probe, or has none. */
  started(pod: Pod, name: string, containerId: string): boolean {
    const container = podContainers(pod).find((each) => each.container.name === name)?.container;
    return !container?.startupProbe || this.startup(containerId) === 'success';
  }

  /** Started, and passed its readiness probe or has none. */
  ready(pod: Pod, name: string, containerId: string): boolean {
    if (!this.started(pod, name, containerId)) return false;
    const container = podContainers(pod).find((each) => each.container.name === name)?.container;
    return !container?.readinessProbe || this.#watched.get(containerId)?.loops.readiness?.verdict === 'success';
  }

  #watch(pod: Pod, container: Container, current: ContainerRuntimeStatus): void {
    const uid = uidOf(pod);
    const stop = childController(this.#signal);
    const loops: Partial<Record<ProbeKind, ProbeLoop>> = {};
    const counted = this.#options.metrics?.of(pod, container.name);
    const before = seenStatus(pod, container.name, current.id);
    const add = (kind: ProbeKind, probe: Probe | undefined, initial: Verdict) => {
      if (!probe) return;
      loops[kind] = new ProbeLoop(
        {
          probe,
          initial,
          stopOn: kind === 'readiness' ? undefined : kind === 'liveness' ? 'failure' : 'any',
          context: () => ({
            cri: this.#options.cri,
            container,
            containerId: current.id,
            podIP: this.#addresses.get(uid) ?? '',
          }),
          startedAt: current.startedAt,
          waitFor: kind === 'startup' ? undefined : loops.startup?.passed,
          clock: this.#options.clock,
          random: this.#options.random ?? Math.random,
          onChange: () => this.#options.onChange(uid),
          onResult: counted?.observer(PREFIX[kind]),
          onFailure: (output, outcome) => {
            const { events, log } = this.#options;
            const reason = outcome === 'warning' ? 'ProbeWarning' : 'Unhealthy';
            const message = `${PREFIX[kind]} probe ${SAID[outcome]}: ${output}`;
            events.container(pod, container.name, 'Warning', reason, message);
            log.debug({ pod: podKey(pod), container: container.name, probe: kind, output }, 'probe failed');
          },
        },
        stop.signal,
      );
    };
    add('startup', container.startupProbe, before?.started ? 'success' : 'unknown');
    add('liveness', container.livenessProbe, 'success');
    add('readiness', container.readinessProbe, before?.ready ? 'success' : 'failure');
    this.#watched.set(current.id, {
      uid,
      containerId: current.id,
      stop,
      loops,
      forgetMetrics: () => counted?.forget(),
    });
  }

  #unwatch(containerId: string): void {
    const watched = this.#watched.get(containerId);
    watched?.stop.abort();
    watched?.forgetMetrics();
    this.#watched.delete(containerId);
  }
}

function hasProbe({ livenessProbe, readinessProbe, startupProbe }: Container): boolean {
  return Boolean(livenessProbe || readinessProbe || startupProbe);
}

/** What the API says of this very container: a restarted kubelet goes on from there, so that nothing flaps. */
function seenStatus(pod: Pod, name: string, id: string) {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  return [...containerStatuses, ...initContainerStatuses].find(
    (status) => status.name === name && status.containerID?.endsWith(`://${id}`),
  );
}
