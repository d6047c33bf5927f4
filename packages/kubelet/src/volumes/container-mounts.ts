import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Container, VolumeMount } from '@coxswain/api';
import type { Input, Mount, MountPropagation } from '@coxswain/cri';
import { expandStrict } from '../container/expand-env.ts';
import { ContainerConfigError } from '../container/make-environment.ts';
import type { MountedVolumes } from './volume-manager.ts';

const PROPAGATION: Record<string, MountPropagation> = {
  None: 'PROPAGATION_PRIVATE',
  HostToContainer: 'PROPAGATION_HOST_TO_CONTAINER',
  Bidirectional: 'PROPAGATION_BIDIRECTIONAL',
};

export interface MountOptions {
  /** Names of volumes that nobody may write. */
  readonly readOnly?: ReadonlySet<string>;
  /** Whether the runtime can make mounts read-only throughout. */
  readonly recursive?: boolean;
}

/**
 * The container's volume mounts as host paths; subPaths are made where missing.
 * @throws ContainerConfigError for an unknown volume, an unresolvable subPathExpr, or a subPath that leaves its volume
 */
export async function containerMounts(
  container: Container,
  volumes: MountedVolumes,
  env: readonly { readonly key: string; readonly value: string }[],
  options: MountOptions = {},
): Promise<Input<Mount>[]> {
  const { readOnly, recursive = false } = options;
  const lookup = new Map(env.map(({ key, value }) => [key, value]));
  const mounts: Input<Mount>[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = volumes.get(mount.name);
    if (volume === undefined)
      throw new ContainerConfigError(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
    let { subPath = '' } = mount;
    if (mount.subPathExpr) {
      const { text, missing } = expandStrict(mount.subPathExpr, (name) => lookup.get(name));
      if (missing.length > 0)
        throw new ContainerConfigError(`missing value for ${missing.map((name) => JSON.stringify(name)).join(', ')}`);
      subPath = text;
    }
    mounts.push({
      containerPath: posix.isAbsolute(mount.mountPath) ? mount.mountPath : `/${mount.mountPath}`,
      hostPath: subPath === '' ? volume : await resolveSubPath(volume, subPath),
      readonly: (mount.readOnly ?? false) || (readOnly?.has(mount.name) ?? false),
      propagation: PROPAGATION[mount.mountPropagation ?? 'None'] ?? 'PROPAGATION_PRIVATE',
      recursiveReadOnly: recursiveReadOnly(mount, recursive),
    });
  }
  return mounts;
}

/**
 * Whether a mount is to be read-only throughout (KEP-3857).
 * @throws ContainerConfigError where it is asked for and can't be
 */
export function recursiveReadOnly(mount: VolumeMount, supported: boolean): boolean {
  const { name, readOnly, recursiveReadOnly: mode, mountPropagation = 'None' } = mount;
  if (mode === undefined || mode === 'Disabled') return false;
  const refuse = (why: string) =>
    new ContainerConfigError(
      `failed to resolve recursive read-only mode: volume ${JSON.stringify(name)} requested recursive read-only mode, but it is ${why}`,
    );
  if (!readOnly) throw refuse('not read-only');
  if (mountPropagation !== 'None') throw refuse(`not compatible with propagation ${JSON.stringify(mountPropagation)}`);
  if (mode === 'Enabled' && !supported) throw refuse('not supported by the runtime');
  return supported;
}

/** The real path below the volume, made as a folder where nothing is. */
async function resolveSubPath(volume: string, subPath: string): Promise<string> {
  if (posix.isAbsolute(subPath) || subPath.split('/').includes('..'))
    throw new ContainerConfigError(`subPath "${subPath}" must stay inside its volume`);
  const root = await realpath(volume);
  let at = root;
  for (const part of subPath.split('/').filter((each) => each !== '' && each !== '.')) {
    const next = join(at, part);
    const found = await lstat(next).catch(() => undefined);
    if (!found) await mkdir(next, { mode: 0o755 });
    at = await realpath(next);
    if (at !== root && !at.startsWith(`${root}/`))
      throw new ContainerConfigError(`subPath "${subPath}" must stay inside its volume`);
  }
  return at;
}
