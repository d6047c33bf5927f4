import type { Pod } from '@coxswain/api';
import type { ContainerManagerOptions } from './container-manager-options.ts';
import { findContainer, gracePeriodOf, isSidecar } from './pod-containers.ts';
import { runHook } from './run-hook.ts';
import { type ContainerRuntimeStatus, type PodRuntimeStatus, podIPsOf } from './runtime-status.ts';

/** However short the grace, a container gets this many seconds after its SIGTERM. */
const MINIMUM_GRACE = 2;
/** Milliseconds that the runtime may take beyond the grace. */
const PATIENCE = 120_000;

type KillOptions = Pick<ContainerManagerOptions, 'cri' | 'clock' | 'events' | 'log'>;

export interface KillRequest {
  /** Undefined for what no pod of ours accounts for. */
  readonly pod: Pod | undefined;
  /** Seconds, instead of the pod's own. */
  readonly graceOverride?: number | undefined;
  /** The text of the Killing event; `Stopping container x` unless given. */
  readonly message?: string;
  readonly signal: AbortSignal;
}

/** Stops one running container: preStop hook, SIGTERM, and SIGKILL when the grace is over. */
export async function killContainer(
  options: KillOptions,
  container: ContainerRuntimeStatus,
  podIP: string,
  { pod, graceOverride, message, signal }: KillRequest,
): Promise<void> {
  const { cri, clock, events, log } = options;
  const { id, name } = container;
  const grace = graceOverride ?? (pod ? gracePeriodOf(pod) : (container.gracePeriod ?? 30));
  if (pod) events.container(pod, name, 'Normal', 'Killing', message ?? `Stopping container ${name}`);
  const started = clock.now();
  const spec = pod && findContainer(pod, name)?.container;
  const preStop = spec?.lifecycle?.preStop;
  if (pod && spec && preStop && grace > 0) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(grace * 1000)]);
    await runHook(pod, spec, id, preStop, { cri, clock, podIP }, limit).catch((err) => {
      if (signal.aborted) return;
      log.warn({ err, container: name }, 'preStop hook failed');
      events.container(pod, name, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
    });
    signal.throwIfAborted();
  }
  const left = grace - Math.floor((clock.now() - started) / 1000);
  const timeout = Math.max(left, MINIMUM_GRACE);
  await cri.stopContainer({ containerId: id, timeout }, { signal, timeoutMs: timeout * 1000 + PATIENCE });
}

/** Stops all of a pod's containers (sidecars after the others, last one first) and its sandboxes. */
export async function killPod(options: KillOptions, status: PodRuntimeStatus, request: KillRequest): Promise<void> {
  const { pod, signal } = request;
  const running = status.containers.filter(({ state }) => state === 'running' || state === 'unknown');
  const sidecarNames = (pod?.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const podIP = podIPsOf(status)[0] ?? '';
  const kill = (container: ContainerRuntimeStatus) => killContainer(options, container, podIP, request);
  await Promise.all(running.filter(({ name }) => !sidecarNames.includes(name)).map(kill));
  for (const name of sidecarNames.reverse())
    await Promise.all(running.filter((container) => container.name === name).map(kill));
  signal.throwIfAborted();
  await Promise.all(status.sandboxes.map(({ id }) => options.cri.stopPodSandbox({ podSandboxId: id })));
}
