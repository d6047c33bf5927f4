import { readFileSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CallContext,
  type ContainerConfig,
  type CreateContainerRequest,
  type CreateContainerResponse,
  CriError,
  type Mount,
} from '@coxswain/cri';
import { isCapability } from '../capabilities.ts';
import { containerSpec } from '../container-spec.ts';
import { toEntry } from '../container-store.ts';
import { isDockerStatus } from '../docker/docker-engine.ts';
import type { DockerCreate } from '../docker/docker-types.ts';
import { identityOf, readImageAccounts } from '../image-accounts.ts';
import { containerName } from '../naming.ts';
import { pathExists } from '../path-exists.ts';
import { dockerName, findSandbox, networkMode, type Runtime } from '../runtime.ts';
import { capabilityConfig, userOf } from '../security.ts';
import { discardContainer } from './remove-container.ts';

const TRIES = 5;
/** For pods that say nothing about DNS. */
const HOST_RESOLV_CONF = '/etc/resolv.conf';

/** Creates a container in a ready sandbox. A leftover of the same name is replaced, or taken over when it runs. */
export async function createContainer(
  runtime: Runtime,
  { podSandboxId, config, sandboxConfig }: CreateContainerRequest,
  { signal }: CallContext,
): Promise<CreateContainerResponse> {
  const metadata = config?.metadata;
  if (!config || !metadata) throw new CriError('INVALID_ARGUMENT', 'container config or its metadata is missing');
  const sandbox = await findSandbox(runtime, podSandboxId);
  const { capabilities, records, engine, store, warnOnce } = runtime;
  const { missing } = capabilityConfig(config.linux?.securityContext?.capabilities, capabilities);
  const unknown = missing.find((name) => !isCapability(name));
  if (unknown !== undefined)
    throw new CriError('INVALID_ARGUMENT', `invalid CapAdd: unknown capability: "CAP_${unknown}"`);
  if (missing.length > 0) warnOnce(`cap ${missing}`, 'capabilities are not at hand on this machine', { missing });
  const logDirectory = sandboxConfig?.logDirectory || sandbox.record.logDirectory;
  const resolvConf = records.resolvConf(dockerName(sandbox));
  const name = containerName(metadata, sandbox.pod);
  const mounts = await Promise.all(config.mounts.map(withRealSource));
  const identity = await policyIdentity(runtime, config);
  const spec = containerSpec({
    config: { ...config, mounts: await withReadOnlyTrees(runtime, name, mounts) },
    metadata,
    pod: sandbox.pod,
    sandboxId: podSandboxId,
    sandboxNamespaces: sandbox.record.namespaces,
    cgroupParent: sandbox.docker.HostConfig.CgroupParent ?? '',
    logPath: logDirectory && config.logPath ? join(logDirectory, config.logPath) : '',
    resolvConf: (await pathExists(resolvConf))
      ? resolvConf
      : networkMode(sandbox) === 'NODE'
        ? undefined
        : HOST_RESOLV_CONF,
    capabilities,
    identity,
    readProfile: readSeccompProfile(metadata.name),
  });
  for (let tries = 1; ; tries++) {
    try {
      const id = await engine.createContainer(name, spec);
      store.touch(id, sandbox.pod.uid);
      runtime.unstarted.add(id);
      return { containerId: id };
    } catch (error) {
      if (!isDockerStatus(error, 409) || tries === TRIES) throw missingImage(error, spec);
      const running = await clearName(runtime, name);
      if (running !== undefined) return { containerId: running };
      await runtime.clock.sleep(50 * tries, signal);
    }
  }
}

function readSeccompProfile(container: string): (path: string) => string {
  return (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const why = gone ? `open ${path}: no such file or directory` : (error as Error).message;
      throw new CriError(
        'UNKNOWN',
        `failed to generate security options for container "${container}": failed to generate seccomp security options for container: cannot load seccomp profile "${path}": ${why}`,
        { cause: error },
      );
    }
  };
}

/**
 * KEP-3619: Docker adds the image's groups of a user that is given without a group, and only of such. Strict wants none
 * at all, Merge always has them.
 */
async function policyIdentity({ engine }: Runtime, { image, linux }: ContainerConfig) {
  const context = linux?.securityContext;
  const strict = context?.supplementalGroupsPolicy === 'Strict';
  if (!context || (!strict && !context.runAsGroup)) return undefined;
  const name = image?.image ?? '';
  const accounts = await readImageAccounts(engine, name);
  if (!accounts) {
    if (!strict) return undefined;
    throw new CriError('UNIMPLEMENTED', `supplementalGroupsPolicy Strict: the accounts of image ${name} can't be read`);
  }
  const user = userOf(context) ?? accounts.user;
  const found = identityOf(user, accounts);
  // An unknown name is the engine's to refuse.
  if (!found) return undefined;
  return strict ? { user: `${found.uid}:${found.gid}`, groups: [] } : { user, groups: found.memberOf };
}

/**
 * The mount with its source's real path, by which the runtime knows what the source's own mount forbids. A folder is made
 * where nothing is, as other runtimes do; who can't make it gets the engine's word.
 */
async function withRealSource(mount: Mount): Promise<Mount> {
  const { hostPath } = mount;
  if (hostPath === '') return mount;
  if (!(await pathExists(hostPath))) await mkdir(hostPath, { recursive: true, mode: 0o755 }).catch(() => {});
  return { ...mount, hostPath: await realpath(hostPath).catch(() => hostPath) };
}

/** The mounts with a copy in place of each source that must be read-only throughout. */
async function withReadOnlyTrees({ readOnlyTrees }: Runtime, name: string, mounts: readonly Mount[]): Promise<Mount[]> {
  const sources = mounts.filter(({ recursiveReadOnly }) => recursiveReadOnly).map(({ hostPath }) => hostPath);
  if (sources.length === 0) return [...mounts];
  const copies = await readOnlyTrees.make(name, sources);
  return mounts.map((mount) =>
    mount.recursiveReadOnly ? { ...mount, hostPath: copies.shift() ?? mount.hostPath } : mount,
  );
}

async function clearName(runtime: Runtime, name: string): Promise<string | undefined> {
  const found = await runtime.engine.inspectContainer(name);
  if (!found) return undefined;
  const entry = toEntry(found);
  if (!entry)
    throw new CriError('ALREADY_EXISTS', `container name "${name}" is in use by ${found.Id}, which is not ours`);
  if (found.State.Running) return found.Id;
  await discardContainer(runtime, entry);
  return undefined;
}

function missingImage(error: unknown, spec: DockerCreate): unknown {
  if (!isDockerStatus(error, 404)) return error;
  return new CriError('NOT_FOUND', `failed to create container: ${(error as Error).message} (image ${spec.Image})`, {
    cause: error,
  });
}
