import { readFileSync } from 'node:fs';
import {
  type CallContext,
  CriError,
  msToNanos,
  type PodSandboxConfig,
  type PodSandboxMetadata,
  type RunPodSandboxRequest,
  type RunPodSandboxResponse,
} from '@coxswain/cri';
import type { Attachment } from '../cni/pod-network.ts';
import { toEntry } from '../container-store.ts';
import { isDockerStatus } from '../docker/docker-engine.ts';
import type { DockerCreate } from '../docker/docker-types.ts';
import { sandboxName } from '../naming.ts';
import { dockerName, networkMode, type Runtime } from '../runtime.ts';
import { sandboxSpec } from '../sandbox-spec.ts';
import { removeSandbox } from './remove-pod-sandbox.ts';

/**
 * Creates the pause container, starts it and gives it its network. A sandbox of the same name left by a crash is taken
 * over when it is whole and removed otherwise.
 */
export async function runPodSandbox(
  runtime: Runtime,
  { config, runtimeHandler }: RunPodSandboxRequest,
  { signal }: CallContext,
): Promise<RunPodSandboxResponse> {
  const metadata = config?.metadata;
  if (!config || !metadata) throw new CriError('INVALID_ARGUMENT', 'sandbox config or its metadata is missing');
  if (runtimeHandler !== '' && runtimeHandler !== 'docker')
    throw new CriError('INVALID_ARGUMENT', `RuntimeHandler "${runtimeHandler}" not supported`);
  const name = sandboxName(metadata);
  return runtime.turns.run(name, async () => {
    const { engine, store, records, podInfraContainerImage: image, capabilities } = runtime;
    const leftovers = (await store.list(metadata.uid)).some((entry) => dockerName(entry) === name);
    const leftover = leftovers ? await reuse(runtime, name) : undefined;
    if (leftover !== undefined) return { podSandboxId: leftover };
    if (config.dnsConfig) await runtime.records.writeResolvConf(name, config.dnsConfig);
    const onHost = config.linux?.securityContext?.namespaceOptions?.network === 'NODE';
    const list = onHost ? undefined : await networkList(runtime);
    warnOfOomScore(runtime);
    const readProfile = (path: string) => readFileSync(path, 'utf8');
    const spec = sandboxSpec({ config, metadata, runtimeHandler, image, capabilities, readProfile });
    const { id, whole } = await createPause(runtime, name, spec, signal);
    if (whole) return { podSandboxId: id };
    try {
      if (list) await records.putAttachment(name, { ...attachmentOf(config, metadata, id), list });
      await engine.startContainer(id);
      store.note('start', id, metadata.uid);
      if (list) await setUpNetwork(runtime, name, id, signal);
    } catch (error) {
      store.touch(id);
      await removeSandbox(runtime, id, name).catch((err) =>
        runtime.log.warn({ err, sandbox: id }, 'failed sandbox could not be removed'),
      );
      throw error;
    }
    const happening = { id, sandboxId: id, at: msToNanos(runtime.clock.now()) };
    runtime.events.publish({ ...happening, type: 'CONTAINER_CREATED_EVENT' });
    runtime.events.publish({ ...happening, type: 'CONTAINER_STARTED_EVENT' });
    return { podSandboxId: id };
  });
}

async function reuse(runtime: Runtime, name: string): Promise<string | undefined> {
  const found = await runtime.engine.inspectContainer(name);
  if (!found) return undefined;
  const entry = toEntry(found);
  if (!entry)
    throw new CriError('ALREADY_EXISTS', `container name "${name}" is in use by ${found.Id}, which is not ours`);
  const whole = networkMode(entry) === 'NODE' || runtime.records.attachment(name)?.result !== undefined;
  if (found.State.Running && whole) return found.Id;
  await removeSandbox(runtime, found.Id, name);
  return undefined;
}

/** `whole` when a sandbox of this name is there and needs nothing. The image is fetched where it is missing. */
async function createPause(
  runtime: Runtime,
  name: string,
  spec: DockerCreate,
  signal: AbortSignal,
): Promise<{ id: string; whole: boolean }> {
  const { engine } = runtime;
  try {
    return { id: await engine.createContainer(name, spec), whole: false };
  } catch (error) {
    if (isDockerStatus(error, 409)) {
      const id = await reuse(runtime, name);
      if (id !== undefined) return { id, whole: true };
    } else if (isDockerStatus(error, 404)) {
      await engine.pullImage(spec.Image, undefined, { signal });
      return { id: await engine.createContainer(name, spec), whole: false };
    }
    throw error;
  }
}

async function networkList({ network }: Runtime) {
  try {
    return await network.current();
  } catch (cause) {
    const message = `failed to setup network for sandbox: cni plugin not initialized: ${(cause as Error).message}`;
    throw new CriError('UNKNOWN', message, { cause });
  }
}

function attachmentOf(config: PodSandboxConfig, pod: PodSandboxMetadata, id: string): Omit<Attachment, 'list'> {
  return { containerId: id, pod, portMappings: config.portMappings };
}

async function setUpNetwork(runtime: Runtime, name: string, id: string, signal: AbortSignal): Promise<void> {
  const { store, network, records } = runtime;
  const attachment = records.attachment(name);
  const pid = (await store.get(id))?.docker.State.Pid ?? 0;
  if (!attachment || pid === 0) throw new CriError('UNKNOWN', `sandbox ${id} ended before its network was set up`);
  try {
    const result = await network.add(attachment, `/proc/${pid}/ns/net`, signal);
    await records.putAttachment(name, { ...attachment, result });
  } catch (cause) {
    throw new CriError('UNKNOWN', `failed to setup network for sandbox "${id}": ${(cause as Error).message}`, {
      cause,
    });
  }
}

function warnOfOomScore({ capabilities, warnOnce }: Runtime): void {
  if (!capabilities.has('SYS_RESOURCE'))
    warnOnce('oom', 'no CAP_SYS_RESOURCE: containers run without lowered oom_score_adj');
}
