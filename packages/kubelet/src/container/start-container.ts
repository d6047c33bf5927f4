import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Container, Pod } from '@coxswain/api';
import type { Input, Mount, PodSandboxConfig } from '@coxswain/cri';
import { containerMounts } from '../volumes/container-mounts.ts';
import type { MountedVolumes } from '../volumes/volume-manager.ts';
import { absolutePath } from './absolute-path.ts';
import { containerConfig } from './container-config.ts';
import type { ContainerManagerOptions } from './container-manager-options.ts';
import { podHostname } from './dns-config.ts';
import { renderEtcHosts, renderHostNetworkHosts } from './etc-hosts.ts';
import { hashContainer } from './hash-container.ts';
import { containerLogLink, podLogDirectory } from './log-paths.ts';
import { ContainerConfigError, makeEnvironment } from './make-environment.ts';
import { podFullName, uidOf } from './pod-containers.ts';
import { containerResources } from './resources.ts';
import { goDuration } from './restart-backoff.ts';
import { runHook } from './run-hook.ts';
import { latestOf, type PodRuntimeStatus } from './runtime-status.ts';
import { StartError } from './start-error.ts';

export interface StartContext {
  readonly sandboxId: string;
  readonly sandboxConfig: Input<PodSandboxConfig>;
  readonly podIPs: readonly string[];
  readonly volumes: MountedVolumes;
  readonly status: PodRuntimeStatus;
  readonly signal: AbortSignal;
}

/**
 * Brings one container to running: back-off, image, configuration, create, start, postStart.
 * @throws StartError with the waiting reason when a step fails
 */
export async function startContainer(
  options: ContainerManagerOptions,
  pod: Pod,
  container: Container,
  context: StartContext,
): Promise<void> {
  const { cri, events, images } = options;
  const { name } = container;
  const { signal, sandboxId, sandboxConfig } = context;
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    events.container(pod, name, type, reason, message);

  const backoff = checkBackoff(options, pod, container, context.status);
  const image = await images.ensure(pod, container, sandboxConfig, signal);
  signal.throwIfAborted();

  const attempt = await nextAttempt(options, pod, name, context.status);
  const config = await configure(options, pod, container, context, image, attempt).catch((error: unknown) => {
    signal.throwIfAborted();
    const message = messageOf(error);
    say('Warning', 'Failed', `Error: ${message}`);
    throw new StartError('CreateContainerConfigError', message, { cause: error });
  });
  backoff.count();
  signal.throwIfAborted();

  const { containerId } = await cri
    .createContainer({ podSandboxId: sandboxId, config, sandboxConfig })
    .catch((error) => {
      say('Warning', 'Failed', `Error: ${messageOf(error)}`);
      throw new StartError('CreateContainerError', messageOf(error), { cause: error });
    });
  say('Normal', 'Created', `Created container: ${name}`);

  await cri.startContainer({ containerId }).catch((error) => {
    // Without the id, so that the event of the next try is the same and only counts on.
    say('Warning', 'Failed', `Error: ${messageOf(error).replaceAll(containerId, name)}`);
    throw new StartError('RunContainerError', messageOf(error), { cause: error });
  });
  say('Normal', 'Started', `Started container ${name}`);
  await linkLog(options, pod, name, containerId, config.logPath ?? '').catch((err) =>
    options.log.warn({ err, container: name }, 'failed to link container log'),
  );
  await postStart(options, pod, container, containerId, context);
}

/** Refuses while the container's crash-loop back-off runs; `count` raises it for the start at hand. */
function checkBackoff(
  { backoff, events }: ContainerManagerOptions,
  pod: Pod,
  container: Container,
  status: PodRuntimeStatus,
): { count(): void } {
  // One that still runs is being replaced; what counts is how the one before it ended.
  const latest = status.containers.find(({ name: each, state }) => each === container.name && state !== 'running');
  if (!latest) return { count() {} };
  const key = `${uidOf(pod)}/${container.name}/${hashContainer(container)}`;
  const since = Math.max(latest.finishedAt, latest.createdAt);
  const wait = backoff.remaining(key, since);
  if (wait === 0) return { count: () => backoff.next(key, since) };
  const { name } = container;
  events.container(
    pod,
    name,
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${name} in pod ${podFullName(pod)}`,
  );
  const delay = goDuration(backoff.delay(key));
  throw new StartError(
    'CrashLoopBackOff',
    `back-off ${delay} restarting failed container=${name} pod=${podFullName(pod)}`,
    { retryAfterMs: wait },
  );
}

/** One more than the last; where the runtime has no record, one more than the newest log. */
async function nextAttempt(
  { sandbox }: ContainerManagerOptions,
  pod: Pod,
  name: string,
  status: PodRuntimeStatus,
): Promise<number> {
  const latest = latestOf(status, name);
  if (latest) return latest.restartCount + 1;
  const files = await readdir(`${podLogDirectory(sandbox.logs, pod)}/${name}`).catch(() => []);
  return Math.max(-1, ...files.map((file) => Number.parseInt(file, 10)).filter((n) => !Number.isNaN(n))) + 1;
}

async function configure(
  options: ContainerManagerOptions,
  pod: Pod,
  container: Container,
  context: StartContext,
  image: Awaited<ReturnType<ContainerManagerOptions['images']['ensure']>>,
  attempt: number,
) {
  const { references, services, allocatable, hostIPs, events, memoryCapacity } = options;
  const { env, skipped } = await makeEnvironment(pod, container, {
    references,
    services: await services(pod),
    allocatable: allocatable(),
    hostIPs: hostIPs(),
    podIPs: pod.spec.hostNetwork ? hostIPs() : context.podIPs,
  });
  for (const { source, keys } of skipped)
    events.pod(
      pod,
      'Warning',
      'InvalidEnvironmentVariableNames',
      `Keys [${keys.join(', ')}] from the EnvFrom ${source} were skipped since they are considered invalid environment variable names.`,
    );
  const mounts = await containerMounts(container, context.volumes, env, {
    readOnly: readOnlyVolumes(pod),
    recursive: options.recursiveReadOnlyMounts(),
    bind: { folder: options.paths.subPaths(uidOf(pod)), mounter: options.mounter },
  });
  const taken = new Set(mounts.map(({ containerPath }) => containerPath));
  if (!taken.has('/etc/hosts')) mounts.push(await hostsMount(options, pod, context.podIPs));
  const termination = await terminationMount(options, pod, container);
  if (termination && !taken.has(termination.containerPath ?? '')) mounts.push(termination);
  await mkdir(`${podLogDirectory(options.sandbox.logs, pod)}/${container.name}`, { recursive: true });
  return containerConfig(pod, container, {
    attempt,
    imageRef: image.ref,
    imageUser: image.user,
    env,
    mounts,
    resources: containerResources(pod, container, memoryCapacity),
    targetId: findTarget(container, context.status),
    seccompRoot: `${options.paths.root}/seccomp`,
  });
}

function readOnlyVolumes(pod: Pod): Set<string> {
  const volumes = (pod.spec.volumes ?? []).filter(({ persistentVolumeClaim }) => persistentVolumeClaim?.readOnly);
  return new Set(volumes.map(({ name }) => name));
}

/** The container that an ephemeral one targets; '' without a target. */
function findTarget(
  container: Container & { readonly targetContainerName?: string },
  status: PodRuntimeStatus,
): string {
  const { targetContainerName } = container;
  if (!targetContainerName) return '';
  const target = latestOf(status, targetContainerName);
  if (target?.state !== 'running')
    throw new ContainerConfigError(`unable to find target container ${targetContainerName}`);
  return target.id;
}

async function hostsMount(
  { paths, sandbox }: ContainerManagerOptions,
  pod: Pod,
  podIPs: readonly string[],
): Promise<Input<Mount>> {
  const hostPath = paths.etcHosts(uidOf(pod));
  const aliases = pod.spec.hostAliases ?? [];
  const { hostname, domain } = podHostname(pod, sandbox.dns.domain);
  const short = domain !== '' && hostname.endsWith(`.${domain}`) ? hostname.slice(0, -domain.length - 1) : hostname;
  const text = pod.spec.hostNetwork
    ? renderHostNetworkHosts(await readFile('/etc/hosts', 'utf8').catch(() => ''), aliases)
    : renderEtcHosts(podIPs, short, domain, aliases);
  await mkdir(dirname(hostPath), { recursive: true });
  await writeFile(hostPath, text, { mode: 0o644 });
  return { containerPath: '/etc/hosts', hostPath, propagation: 'PROPAGATION_PRIVATE' };
}

async function terminationMount(
  { paths }: ContainerManagerOptions,
  pod: Pod,
  container: Container,
): Promise<Input<Mount> | undefined> {
  const { terminationMessagePath } = container;
  if (!terminationMessagePath) return undefined;
  const folder = paths.container(uidOf(pod), container.name);
  await mkdir(folder, { recursive: true });
  const hostPath = `${folder}/${crypto.randomUUID().slice(0, 8)}`;
  await writeFile(hostPath, '', { mode: 0o666 });
  await chmod(hostPath, 0o666);
  return { containerPath: absolutePath(terminationMessagePath), hostPath, propagation: 'PROPAGATION_PRIVATE' };
}

/** `/var/log/containers/…`, for log collectors; a runtime may have made it already. */
async function linkLog(
  { sandbox }: ContainerManagerOptions,
  pod: Pod,
  name: string,
  id: string,
  logPath: string,
): Promise<void> {
  const link = containerLogLink(sandbox.logs, pod, name, id);
  await mkdir(sandbox.logs.containers, { recursive: true });
  await symlink(`${podLogDirectory(sandbox.logs, pod)}/${name}/${basename(logPath)}`, link).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function postStart(
  { cri, clock, events }: ContainerManagerOptions,
  pod: Pod,
  container: Container,
  containerId: string,
  { podIPs, signal }: StartContext,
): Promise<void> {
  const handler = container.lifecycle?.postStart;
  if (!handler) return;
  try {
    await runHook(pod, container, containerId, handler, { cri, clock, podIP: podIPs[0] ?? '' }, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { name } = container;
    events.container(pod, name, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
    events.container(pod, name, 'Normal', 'Killing', 'FailedPostStartHook');
    await cri.stopContainer({ containerId, timeout: pod.spec.terminationGracePeriodSeconds ?? 30 });
    throw new StartError('PostStartHookError', messageOf(error), { cause: error });
  }
}

/** Takes a container's log link away. */
export async function unlinkLog(
  { sandbox }: ContainerManagerOptions,
  pod: Pod,
  name: string,
  id: string,
): Promise<void> {
  await rm(containerLogLink(sandbox.logs, pod, name, id), { force: true });
}

function messageOf(error: unknown): string {
  if (error instanceof ContainerConfigError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
