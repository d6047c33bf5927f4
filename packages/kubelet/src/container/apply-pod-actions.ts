import type { Container, Pod } from '@coxswain/api';
import type { MountedVolumes } from '../volumes/volume-manager.ts';
import { collectDeadContainers } from './collect-dead.ts';
import type { ContainerKill, PodActions } from './compute-pod-actions.ts';
import type { ContainerManagerOptions } from './container-manager-options.ts';
import { killContainer, killPod } from './kill-pod.ts';
import { findContainer, podKey, uidOf } from './pod-containers.ts';
import { containerResources } from './resources.ts';
import { type PodRuntimeStatus, podIPsOf, toSandboxStatus } from './runtime-status.ts';
import { sandboxConfig } from './sandbox-config.ts';
import { startContainer } from './start-container.ts';
import { StartError } from './start-error.ts';

export interface ApplyOutcome {
  /** Anything was started or stopped. */
  readonly changed: boolean;
  /** What didn't start, and why. */
  readonly errors: readonly StartError[];
  /** Why a running container did not get its new limits. */
  readonly resizeFailure?: string | undefined;
}

/** Does what `computePodActions` decided, one step after the other. */
export async function applyPodActions(
  options: ContainerManagerOptions,
  pod: Pod,
  status: PodRuntimeStatus,
  actions: PodActions,
  volumes: MountedVolumes,
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  // 1. What must end, ends.
  if (actions.killPod) {
    if (actions.createSandbox)
      options.events.pod(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    await killPod(options, status, { pod, signal });
  } else await Promise.all(actions.containersToKill.map((kill) => killOne(options, pod, status, kill, signal)));
  const failures = await Promise.all(
    (actions.containersToUpdate ?? []).map(({ id, container }) => resizeOne(options, pod, container, id)),
  );
  const resizeFailure = failures.find((failure) => failure !== undefined);
  signal.throwIfAborted();

  // 2. The sandbox.
  let { sandboxId } = actions;
  let podIPs = podIPsOf(status);
  if (actions.createSandbox) ({ sandboxId, podIPs } = await createSandbox(options, pod, actions.attempt));
  const changed =
    actions.killPod ||
    actions.createSandbox ||
    actions.containersToKill.length > 0 ||
    !!actions.containersToUpdate?.length;
  if (sandboxId === undefined) return { changed, errors: [], resizeFailure };

  // 3. The containers, in order.
  const config = sandboxConfig(pod, actions.attempt, options.sandbox);
  const errors: StartError[] = [];
  let started = false;
  for (const container of actions.containersToStart) {
    signal.throwIfAborted();
    try {
      const context = { sandboxId, sandboxConfig: config, podIPs, volumes, status, signal };
      await startContainer(options, pod, container, context);
      options.waiting.clear(uidOf(pod), container.name);
      started = true;
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      errors.push(error);
      noteWaiting(options, pod, container, error);
    }
  }

  // 4. Of dead containers only the newest stays.
  if (started && !signal.aborted)
    await collectDeadContainers(options, pod, status).catch((err) =>
      options.log.warn({ err, pod: podKey(pod) }, 'failed to collect dead containers'),
    );
  return {
    changed: changed || started || errors.some(({ reason }) => reason === 'RunContainerError'),
    errors,
    resizeFailure,
  };
}

function noteWaiting(options: ContainerManagerOptions, pod: Pod, container: Container, error: StartError): void {
  const { reason, message } = error;
  options.waiting.set(uidOf(pod), container.name, { reason, message });
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff')
    options.events.container(pod, container.name, 'Warning', 'Failed', `Error: ${reason}`);
  options.log.debug({ pod: podKey(pod), container: container.name, reason, message }, 'container did not start');
}

async function killOne(
  options: ContainerManagerOptions,
  pod: Pod,
  status: PodRuntimeStatus,
  { id, name, message, cause }: ContainerKill,
  signal: AbortSignal,
): Promise<void> {
  const container = status.containers.find((each) => each.id === id);
  if (!container) return;
  const spec = findContainer(pod, name)?.container;
  const probe = cause === 'liveness' ? spec?.livenessProbe : cause === 'startup' ? spec?.startupProbe : undefined;
  const graceOverride = probe?.terminationGracePeriodSeconds;
  await killContainer(options, container, podIPsOf(status)[0] ?? '', { pod, message, graceOverride, signal });
}

/** Returns why it did not work. */
async function resizeOne(
  { cri, memoryCapacity, log }: ContainerManagerOptions,
  pod: Pod,
  container: Container,
  containerId: string,
): Promise<string | undefined> {
  const wanted = containerResources(pod, container, memoryCapacity);
  const linux = { ...wanted, cpuQuota: wanted.cpuQuota || -1 };
  try {
    await cri.updateContainerResources({ containerId, linux });
    log.info({ pod: podKey(pod), container: container.name }, 'container resized');
    return undefined;
  } catch (err) {
    log.warn({ err, pod: podKey(pod), container: container.name }, 'failed to resize container');
    return err instanceof Error ? err.message : String(err);
  }
}

async function createSandbox(
  { cri, events, sandbox, runtimeHandler: handlerOf }: ContainerManagerOptions,
  pod: Pod,
  attempt: number,
): Promise<{ sandboxId: string; podIPs: readonly string[] }> {
  try {
    const config = sandboxConfig(pod, attempt, sandbox);
    if (pod.spec.hostUsers === false)
      throw new Error("can't set `spec.hostUsers: false`, runtime does not support user namespaces");
    const { runtimeClassName } = pod.spec;
    const runtimeHandler = runtimeClassName ? await handlerOf(runtimeClassName) : '';
    const { podSandboxId } = await cri.runPodSandbox({ config, runtimeHandler });
    const { status } = await cri.podSandboxStatus({ podSandboxId });
    return { sandboxId: podSandboxId, podIPs: status ? toSandboxStatus(status).ips : [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    events.pod(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`);
    throw new Error(`failed to create sandbox for pod ${podKey(pod)}: ${message}`, { cause: error });
  }
}
